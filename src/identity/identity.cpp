#include "identity/identity.hpp"
