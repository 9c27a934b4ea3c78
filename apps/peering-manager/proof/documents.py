"""The OpenAPI document against the lists of the original: every path with its methods, every filter with its lookups; and a row of each list."""
from tests.apps.proof import Proof, ask

ADMIN = "0123456789abcdef0123456789abcdef01234567"
DATED = "id:N created:N updated:N created_by_request updated_by_request"
COMMON = f"{DATED} q tag:n"
LOOKUPS = {"N": ["n", "lt", "lte", "gt", "gte"], "S": ["n", "ic", "nic", "isw", "nisw", "iew", "niew", "ie", "nie"], "n": ["n"], "": []}
# Filters, behind a colon their lookups: N numbers and times, S texts, n is not; nothing: they take none.
FILTERS = {
    "bgp/communities": f"{COMMON} value:S type:n",
    "bgp/relationships": f"{COMMON} name:S slug:S",
    "core/data-files": f"{DATED} q path:S size:N hash:S source_id:n source:n",
    "core/data-sources": f"{DATED} q name:S enabled description:S type:n status:n",
    "core/jobs": "id:N created:N q object_type:n object_id:n name:S status:n user:n started completed",
    "core/object-changes": "id:N q user:n user_name:S request_id action:n changed_object_id:n object_repr:S time_after time_before user_id:n",
    "devices/configurations": f"{COMMON} jinja2_trim jinja2_lstrip",
    "devices/platforms": f"{COMMON} name:S slug:S napalm_driver:S description:S password_algorithm:n",
    "devices/routers": f"{COMMON} name:S hostname:S encrypt_passwords local_autonomous_system_id:n local_autonomous_system_asn:n local_autonomous_system:n "
                       "platform_id:n platform:n status:n configuration_template_id:n configuration_template:n",
    "extras/config-contexts": f"{DATED} q name:S description:S is_active",
    "extras/config-context-assignments": f"{DATED} object_id:n weight:N content_type:n config_context_id:n",
    "extras/export-templates": f"{DATED} q name:S description:S",
    "extras/ix-api": f"{DATED} q name:S api_url:S api_key:S",
    "extras/journal-entries": f"{DATED} q assigned_object_id:n kind:n assigned_object_type:n created_by_id:n created_by:n",
    "extras/tags": f"{DATED} q name:S slug:S color:S description:S",
    "extras/webhooks": "id:N name:S type_create type_update type_delete enabled http_method:n http_content_type:S secret:S ssl_verification ca_file_path:S",
    "messaging/contact-roles": f"{COMMON} name:S slug:S",
    "messaging/contacts": f"{COMMON} name:S title:S phone:S email:S address:S",
    "messaging/contact-assignments": f"{DATED} object_id:n content_type:n contact_id:n role_id:n role:n",
    "messaging/emails": f"{COMMON} jinja2_trim jinja2_lstrip",
    "net/bfd": f"{COMMON} minimum_transmit_interval:N minimum_receive_interval:N detection_multiplier:N hold_time:N",
    "net/connections": f"{COMMON} vlan:N status:n internet_exchange_point_id:n internet_exchange_point:n router_id:n router_name:n router:n",
    "peering/autonomous-systems": f"{COMMON} asn:N name:S irr_as_set:S ipv6_max_prefixes:N ipv4_max_prefixes:N affiliated",
    "peering/bgp-groups": f"{COMMON} status:n",
    "peering/direct-peering-sessions": f"{COMMON} multihop_ttl:N passive local_autonomous_system_id:n local_autonomous_system_asn:n local_autonomous_system:n "
                                       "autonomous_system_id:n autonomous_system_asn:n autonomous_system:n bgp_group_id:n bgp_group:n status:n bfd_id:n bfd:n "
                                       "relationship_id:n relationship:n router_id:n router_name:n router:n connection_id:n bgp_state:n",
    "peering/internet-exchanges": f"{COMMON} status:n local_autonomous_system_id:n local_autonomous_system_asn:n local_autonomous_system:n",
    "peering/internet-exchange-peering-sessions": f"{COMMON} multihop_ttl:N passive is_route_server autonomous_system_id:n autonomous_system_asn:n autonomous_system:n "
                                                  "ixp_connection_id:n internet_exchange_id:n internet_exchange:n bfd_id:n bfd:n status:n exists_in_peeringdb "
                                                  "is_abandoned bgp_state:n",
    "peering/routing-policies": f"{COMMON} weight:N address_family:n type",
    "peeringdb/campuses": "id:N q name org_id",
    "peeringdb/facilities": "id:N q name org_id",
    "peeringdb/hidden-peers": "id:N q until peeringdb_network_id peeringdb_network_asn peeringdb_ixlan_id is_expired",
    "peeringdb/internet-exchanges": "id:N q name org_id",
    "peeringdb/internet-exchange-facilities": "id:N fac_id ix_id",
    "peeringdb/ixlans": "id:N vlan rs_asn ix_id",
    "peeringdb/ixlan-prefixes": "id:N q in_dfz ixlan_id",
    "peeringdb/networks": "id:N q asn name org_id",
    "peeringdb/network-contacts": "id:N role:n name email net_id net_asn",
    "peeringdb/network-facilities": "id:N local_asn fac_id net_id",
    "peeringdb/network-ixlans": "id:N q asn is_rs_peer bfd_support net__info_traffic:n net__info_scope:n net__info_type:n net__policy_general:n "
                                "net__policy_locations:n net__policy_ratio net__policy_contracts:n net_id net_asn ixlan_id",
    "peeringdb/organizations": "id:N q name",
    "peeringdb/synchronisations": "id:N created:N updated:N time deleted",
    "users/groups": "id:N q name",
    "users/users": "id:N q username first_name last_name email is_staff is_active group_id group",
}
# The custom actions with their methods.
ACTIONS = {
    "core/data-sources/{id}/synchronise": "post", "devices/routers/configure": "post", "devices/routers/push-datasource": "post",
    "devices/routers/update-from-netbox": "post", "devices/routers/{id}/configuration": "get", "devices/routers/{id}/poll-bgp-sessions": "post",
    "devices/routers/{id}/test-napalm-connection": "get", "extras/export-templates/{id}/render": "get", "extras/export-templates/{id}/render-synchronous": "get",
    "extras/ix-api/accounts": "get", "extras/prefix-list": "get", "net/connections/{id}/update-ixapi-mac": "post",
    "peering/autonomous-systems/{id}/as-set-prefixes": "get", "peering/autonomous-systems/{id}/generate-email": "post",
    "peering/autonomous-systems/{id}/poll-bgp-sessions": "post", "peering/autonomous-systems/{id}/shared-facilities": "get",
    "peering/autonomous-systems/{id}/shared-ixps": "get", "peering/autonomous-systems/{id}/sync-with-peeringdb": "post",
    "peering/bgp-groups/{id}/poll-bgp-sessions": "post", "peering/direct-peering-sessions/{id}/encrypt-password": "post",
    "peering/direct-peering-sessions/{id}/poll": "post", "peering/internet-exchange-peering-sessions/{id}/encrypt-password": "post",
    "peering/internet-exchange-peering-sessions/{id}/poll": "post", "peering/internet-exchanges/{id}/available-peers": "get",
    "peering/internet-exchanges/{id}/import-sessions": "post", "peering/internet-exchanges/{id}/link-to-peeringdb": "post",
    "peering/internet-exchanges/{id}/poll-bgp-sessions": "post", "peering/internet-exchanges/{id}/prefixes": "get",
    "peeringdb/cache/clear-local": "post", "peeringdb/cache/statistics": "get", "peeringdb/cache/update-local": "post",
    "peeringdb/networks/render-email": "post", "users/userpref": "get patch",
}
ONLY_READ = {"core/data-files", "core/jobs", "core/object-changes"}
WITHOUT_ROWS = {"core/object-changes", "peeringdb/campuses", "peeringdb/internet-exchange-facilities"}
PAGES = ["limit", "offset", "ordering", "fields"]
proof = Proof()
paths = ask("GET", "/api/schema/?format=json").json()["paths"]


def methods(path):
    return sorted(set(paths.get(path, {})) & {"get", "post", "put", "patch", "delete"})


def parameters(filters):
    for one in filters.split():
        name, _, kind = one.partition(":")
        yield name
        yield from (f"{name}__{lookup}" for lookup in LOOKUPS[kind])


for name, filters in FILTERS.items():
    path = f"/api/{name}/"
    read_only = name in ONLY_READ or name.startswith("peeringdb/") and name != "peeringdb/hidden-peers"
    one = ["get"] if read_only else ["delete", "get", "patch", "put"]
    proof.equal(f"{name}: its methods, of many and of one", (methods(path), methods(f"{path}{{id}}/")), (one if read_only else sorted([*one, "post"]), one))
    told = {parameter["name"] for parameter in paths.get(path, {}).get("get", {}).get("parameters", [])}
    proof.check(f"{name}: its filters", [f"{parameter} lacks" for parameter in [*parameters(filters), *PAGES] if parameter not in told])
    rows = ask("GET", f"{path}?limit=1", token=ADMIN).json()["results"]
    proof.check(f"{name}: its first row, alone", [f"{row} is not what {path} has" for row in rows if ask("GET", f"{path}{row['id']}/", token=ADMIN).json() != row],
                not rows and name not in WITHOUT_ROWS and "there is none")
for name, wanted in ACTIONS.items():
    proof.equal(f"{name}: its methods", methods(f"/api/{name}/"), wanted.split())
known = {f"/api/{name}/{one}" for name in FILTERS for one in ("", "{id}/")} | {f"/api/{name}/" for name in [*ACTIONS, "schema", "status"]}
proof.equal("there are no other paths", (sorted(set(paths) ^ known), len(paths)), ([], 121))
proof.close()
