// The compiled half of Beast (BOOST_BEAST_SEPARATE_COMPILATION is defined everywhere); Asio's is in koine::asio.
#include <boost/beast/src.hpp>
