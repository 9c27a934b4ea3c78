/// @file FreedBy: owners of what libraries in C hand out.
#pragma once

namespace koine {

/// For std::unique_ptr: `std::unique_ptr<BIO, FreedBy<BIO_free_all>>`.
template <auto Function>
struct FreedBy {
    template <class Object>
    void operator()(Object* object) const {
        Function(object);
    }
};

}  // namespace koine
