// The compiled half of Asio, once for all rooms that suspend (BOOST_ASIO_SEPARATE_COMPILATION is defined everywhere).
#include <boost/asio/impl/src.hpp>
