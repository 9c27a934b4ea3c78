/// @file Awaitable<T>: the one kind of coroutine that may suspend, on the concrete executor of a worker's io_context.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace koine {

/// The executor of a worker's own event loop. Concrete on purpose: a suspension through it costs a third less than through any_io_executor.
using Executor = boost::asio::io_context::executor_type;

/// What a function returns that may suspend. It runs, and resumes, on the worker that awaits it. Link koine::asio to use it.
template <class T = void>
using Awaitable = boost::asio::awaitable<T, Executor>;

}  // namespace koine
