#include "identity/identity.hpp"

namespace koine::identity {

Result<void> admit(query::Principal const& principal, description::Rule const& rule, bool login_required) {
    using Who = description::Rule::Who;
    if (rule.who == Who::nobody) return Problem(Reason::not_permitted);
    bool needs_user = login_required || rule.who != Who::anyone;
    if (needs_user && principal.anonymous) return Problem(Reason::login_required);
    bool allowed = true;
    switch (rule.who) {
        case Who::anyone:
        case Who::user:
        case Who::nobody: break;
        case Who::staff: allowed = principal.staff || principal.superuser; break;
        case Who::superuser: allowed = principal.superuser; break;
        case Who::permission: allowed = principal.has_permission(rule.permission); break;
    }
    return allowed ? Result<void>(outcome::success()) : Problem(Reason::not_permitted);
}

}  // namespace koine::identity
