#include "expression/formula.hpp"
