#include "description/words.hpp"

#include <algorithm>
#include <array>

namespace koine::description {
namespace {

constexpr auto kFile = std::to_array<Key>({
    {"app", "app", "what the app as a whole is"},
    {"types", "map:type", "types of the app's own, by name"},
    {"mixins", "map:mixin", "what several entities or resources have in common, by name"},
    {"entities", "map:entity", "what is kept, by name"},
    {"resources", "map:resource", "what clients see of it, by name"},
    {"dialects", "map:any", "how it is spoken: choices for the axes, by name of the dialect"},
    {"operations", "map:operation", "what is done at paths of nobody's resource: GET reports/by-country"},
    {"jobs", "jobs", "how jobs are shown, and which run again and again"},
    {"webhooks", "webhooks", "who is told of changes"},
    {"identity", "identity", "which entities hold accounts, keys and the log of changes"},
});
constexpr auto kApp = std::to_array<Key>({
    {"name", "name", "a word for it"},
    {"title", "text", "the name for people; the name, if absent"},
    {"version", "text", "of the app"},
    {"description", "text", "what it is for"},
    {"license", "text", "of its data or code"},
    {"dialect", "text", "the one it speaks where a resource names none; main, if absent"},
    {"login_required", "boolean", "whether anonymous requests are refused; false, if absent"},
    {"settings", "map:scalar", "values that the command line may change, by name"},
});
constexpr auto kField = std::to_array<Key>({
    {"type", "notation", "the field in one line"},
    {"label", "text", "its name for people"},
    {"help", "text", "a sentence for documents"},
    {"default", "any", "a value; a list or map for json"},
    {"labels", "map:text", "the choices with their names for people; makes the list of a bare enum"},
    {"pattern", "text", "a regular expression that the whole text matches"},
    {"computed", "formula", "worked out of the row's other fields, when read"},
});
constexpr auto kType = std::to_array<Key>({
    {"type", "notation", "the type that it is, with its limits"},
    {"label", "text", "of fields that have none of their own"},
    {"labels", "map:text", "the choices with their names for people; makes the list of a bare enum"},
    {"pattern", "text", "a regular expression that the whole text matches"},
});
constexpr auto kMixin = std::to_array<Key>({
    {"mixins", "list:name", "others that belong to it"},
    {"fields", "map:field", "for entities: behind their own"},
    {"unique", "list:list:name", "for entities"},
    {"checks", "list:check", "for entities"},
    {"logged", "boolean", "for entities"},
    {"before", "members", "for resources: members before their own"},
    {"after", "members", "for resources: members behind their own"},
    {"views", "map:view", "for resources"},
    {"search", "list:search", "for resources: before their own"},
    {"filters", "list:filter", "for resources: before their own"},
    {"web", "text", "for resources that have none"},
});
constexpr auto kEntity = std::to_array<Key>({
    {"fields", "map:field", "by name, without id, which every entity has"},
    {"mixins", "list:name", "mixins whose fields, unique, checks and logged it takes"},
    {"type", "text", "how references of several kinds and permissions call it: app.model; its name, if absent"},
    {"label", "text", "one of them, for people; the name, if absent"},
    {"plural", "text", "several of them; the label and an s, if absent"},
    {"unique", "list:list:name", "fields that no two rows share, each a list"},
    {"checks", "list:check", "what must hold of every row"},
    {"order", "list:order", "fields to order lists by; -field descends"},
    {"logged", "boolean", "whether changes are recorded"},
});
constexpr auto kCheck = std::to_array<Key>({
    {"expr", "formula", "what must be true"},
    {"message", "text", "what is said where it is not; {field} is filled in"},
    {"field", "name", "whose fault it is; the row's, if absent"},
});
constexpr auto kResource = std::to_array<Key>({
    {"entity", "name", "whose rows it shows"},
    {"path", "text", "where; its name, if absent"},
    {"aliases", "list:text", "further paths, which links never use"},
    {"mixins", "list:name", "mixins whose members, views, search, filters and web it takes"},
    {"dialect", "text", "another than the app's"},
    {"label", "text", "one of them, for people; the entity's, if absent"},
    {"plural", "text", "several of them"},
    {"order", "list:order", "another than the entity's"},
    {"members", "members", "what a document holds, in this order"},
    {"views", "map:view", "choices of members, by name; full has all"},
    {"search", "list:search", "what free text is compared with"},
    {"filters", "list:filter", "parameters of lists"},
    {"sort", "list:name", "members that lists may be ordered by; all that are fields, if absent"},
    {"endpoints", "some:endpoint", "what it offers; read, if absent"},
    {"allow", "allow", "who may"},
    {"web", "text", "the path of its page for people: /{plural}/{id}/"},
    {"listed", "boolean", "whether indexes name it; true, if absent"},
    {"at", "map:operation", "what is done at paths below its own: POST {id}/sync; {id} is a row"},
    {"before", "hooks", "functions that are called before rows are written"},
    {"after", "hooks", "functions that are called when rows are written, in the same transaction"},
});
constexpr auto kMember = std::to_array<Key>({
    {"from", "path", "a field, the field at the end of a path, or related rows"},
    {"text", "some:text", "a text with {holes}; of several the first whose holes are all filled"},
    {"link", "text", "self, web (the page for people), or a text with {holes} behind the base address"},
    {"count", "some:path", "how many related rows there are"},
    {"group", "members", "an object made here"},
    {"expr", "formula", "worked out of the row"},
    {"const", "any", "always this"},
    {"merge", "merge", "objects of related rows, merged"},
    {"lua", "call", "what a function gives, which gets all rows at once: file.function"},
    {"needs", "list:path", "of lua: what of each row the function gets"},
    {"view", "name", "by which view related rows are shown"},
    {"order", "list:order", "of related rows"},
    {"as", "relation", "how related rows are shown"},
    {"write", "writes", "when it may be written; as the field says, if absent"},
    {"label", "text", "for documents"},
    {"help", "text", "for documents"},
    {"type", "notation", "for documents, where no field tells"},
});
constexpr auto kMerge = std::to_array<Key>({
    {"rows", "path", "the related rows, later over earlier"},
    {"path", "path", "from each to its object"},
    {"where", "path", "from each to a bool that must be true"},
    {"then", "path", "the row's own object, over all"},
});
constexpr auto kView = std::to_array<Key>({
    {"only", "list:name", "these members"},
    {"like", "name", "those of another view; of full, if absent"},
    {"plus", "list:name", "and these"},
    {"minus", "list:name", "without these"},
    {"values", "values", "other forms of values"},
});
constexpr auto kValues = std::to_array<Key>({{"enum", "bare", "value: choices as their bare value"}});
constexpr auto kFilter = std::to_array<Key>({
    {"path", "path", "the field to compare"},
    {"range", "path", "the field to compare, by NAME_after and NAME_before only"},
    {"search", "boolean", "true: free text, as the resource's search says"},
    {"expr", "formula", "what must be true of the row"},
    {"where", "text", "also holds on the same related row: changes.action == 'create'"},
    {"combine", "combine", "all: repeated, all values must be met"},
    {"lookups", "boolean", "whether the dialect's suffixes count; true, if absent"},
    {"single", "boolean", "of repeated ones the last counts"},
    {"widen", "map:list:scalar", "a value that stands for several"},
    {"must_exist", "boolean", "a value that no related row has is a fault"},
});
constexpr auto kAllow = std::to_array<Key>({
    {"read", "rule", "lists and single rows"},
    {"create", "rule", "new rows"},
    {"update", "rule", "replacing and patching"},
    {"delete", "rule", "removing"},
});
constexpr auto kOperation = std::to_array<Key>({
    {"call", "call", "the function that does it: file.function, of operations/file.lua"},
    {"sql", "name", "the statement that reads: a file of operations, without .sql"},
    {"file", "name", "a blob of the row, whose bytes are given out"},
    {"name", "text", "of a file: what it is called, a field of the row or a text"},
    {"type", "text", "of a file: its media type, a field of the row or a text; bytes, if absent"},
    {"inline", "boolean", "of a file: browsers may show it, if its type is harmless"},
    {"query", "map:field", "what it takes from the query string; no references"},
    {"body", "body", "what it takes from the body, likewise, and files; any: whatever JSON comes; raw: bytes, kept as a file"},
    {"answer", "answer", "the rows it answers with: RESOURCE, RESOURCE.VIEW or list(…) of it; any: a document of its own; nothing"},
    {"status", "status", "of what is answered, 200 to 299; 200, if absent"},
    {"replies", "some:reply", "further statuses that the function answers with by itself, for documents"},
    {"listed", "boolean", "whether indexes name it; false, if absent"},
    {"allow", "rule", "who may; if absent: of GET who may read, of rows who may update, else who may create"},
    {"reads", "boolean", "whether it writes nothing; only GET does so, if absent"},
    {"summary", "text", "a line for documents"},
    {"help", "text", "for documents"},
});
constexpr auto kHooks = std::to_array<Key>({
    {"create", "call", "file.function"},
    {"update", "call", "file.function"},
    {"delete", "call", "file.function"},
});
constexpr auto kIdentity = std::to_array<Key>({
    {"user", "identity_user", "accounts"},
    {"group", "identity_group", "groups of accounts"},
    {"token", "identity_token", "keys of programs"},
    {"session", "identity_session", "browsers that logged in"},
    {"log", "identity_log", "the log of changes"},
});
constexpr auto kUser = std::to_array<Key>({
    {"entity", "name", "the accounts' entity"},
    {"name", "name", "a unique text: who it is"},
    {"password", "name", "a password"},
    {"active", "name", "a bool"},
    {"staff", "name", "a bool"},
    {"superuser", "name", "a bool"},
    {"permissions", "name", "a list(text)"},
    {"roles", "name", "a text, an enum or a list of either: what functions see in principal.roles"},
    {"groups", "name", "refs to groups"},
});
constexpr auto kGroup = std::to_array<Key>({
    {"entity", "name", "the groups' entity, which the accounts' groups refer to"},
    {"permissions", "name", "a list(text)"},
    {"name", "name", "a text: a role of whoever is in the group"},
});
constexpr auto kToken = std::to_array<Key>({
    {"entity", "name", "the keys' entity"},
    {"user", "name", "a ref to its account"},
    {"key", "name", "a unique text or secret"},
    {"write", "name", "a bool: it may write, too"},
    {"expires", "name", "a datetime"},
    {"networks", "name", "a list of cidr or text: from where it counts"},
    {"used", "name", "a datetime, set now and then"},
    {"scopes", "name", "a list(text), or a text of words: what functions see in principal.scopes"},
    {"claims", "name", "json: what functions see in principal.claims"},
});
constexpr auto kSession = std::to_array<Key>({
    {"entity", "name", "the sessions' entity"},
    {"user", "name", "a ref to its account"},
    {"key", "name", "a unique text or secret"},
    {"expires", "name", "a datetime"},
});
constexpr auto kLog = std::to_array<Key>({
    {"entity", "name", "the log's entity"},
    {"time", "name", "a datetime"},
    {"user", "name", "a ref to an account that may be null"},
    {"user_name", "name", "a text"},
    {"request", "name", "a uuid or text"},
    {"action", "name", "an enum or text: create, update, delete"},
    {"object", "name", "an any_ref"},
    {"before", "name", "json"},
    {"after", "name", "json"},
    {"text", "name", "a text: how people call the row"},
});

constexpr auto kJobs = std::to_array<Key>({
    {"entity", "name", "whose rows show jobs; they are not shown, if absent"},
    {"key", "name", "a uuid, or a text of 36 characters: the job's id"},
    {"name", "name", "a text: which job"},
    {"status", "name", "an enum"},
    {"created", "name", "a datetime"},
    {"started", "name", "a datetime"},
    {"completed", "name", "a datetime"},
    {"user", "name", "a ref to an account that may be null: who started it"},
    {"object", "name", "an any_ref: what it is about"},
    {"data", "name", "json: what the function keeps"},
    {"output", "name", "a text: what people read"},
    {"error", "name", "a text: why it failed"},
    {"words", "job_words", "the choices of status, where they are called otherwise"},
    {"attempts", "attempts", "at most so often, if the fault may pass: 1 to 20; 5, if absent"},
    {"every", "map:schedule", "functions that run again and again, by name"},
});
constexpr auto kJobWords = std::to_array<Key>({
    {"pending", "text", "it waits"},
    {"running", "text", "it runs"},
    {"completed", "text", "it is done"},
    {"failed", "text", "it gave up"},
    {"errored", "text", "something broke"},
});
constexpr auto kSchedule = std::to_array<Key>({
    {"call", "call", "the function that runs: file.function"},
    {"every", "period", "how often: 90s, 5m, 1h, 1d"},
});
constexpr auto kWebhooks = std::to_array<Key>({
    {"entity", "name", "whose rows say who is told; only targets are, if absent"},
    {"enabled", "name", "a bool"},
    {"types", "name", "a list(text) or json: the types of entities that it hears of"},
    {"url", "name", "a text or url"},
    {"method", "name", "a text or enum"},
    {"content_type", "name", "a text or enum"},
    {"headers", "name", "a text of lines, or json"},
    {"body", "name", "a text: a template"},
    {"secret", "name", "a text: what the body is signed with"},
    {"conditions", "name", "json"},
    {"verify", "name", "a bool: whether certificates are checked"},
    {"authority", "name", "a text: a file of certificates"},
    {"on_create", "name", "a bool"},
    {"on_update", "name", "a bool"},
    {"on_delete", "name", "a bool"},
    {"targets", "map:target", "addresses that are always told, by name"},
    {"signature", "text", "the header with the HMAC of the body; X-Hook-Signature, if absent"},
    {"digest", "digest", "of the signature; sha512, if absent"},
    {"view", "name", "by which the row is told; full, if absent"},
    {"payload", "any", "what is sent, with $event, $data and the like in it; the usual, if absent"},
    {"attempts", "attempts", "at most so often: 1 to 20; 8, if absent"},
});
constexpr auto kTarget = std::to_array<Key>({
    {"url", "text", "its address; {setting.name} is filled in"},
    {"on", "some:event", "what it is told: an entity as task, a change of it as task.create, or an event's name"},
    {"secret", "name", "the setting that the body is signed with; it is not, if absent"},
});

constexpr auto kForms = std::to_array<Form>({
    {"file", "A file of an app.", kFile},
    {"app", "The app as a whole.", kApp},
    {"field_map", "A field, at length.", kField},
    {"type_map", "A type, at length.", kType},
    {"mixin", "What several entities or resources have in common.", kMixin},
    {"entity", "Rows of a kind.", kEntity},
    {"check", "What must hold of every row.", kCheck},
    {"resource", "An entity as clients see it.", kResource},
    {"member_map", "A member, at length.", kMember},
    {"merge", "Objects of related rows, merged deeply.", kMerge},
    {"view", "A choice of members.", kView},
    {"values", "Other forms of values.", kValues},
    {"filter_map", "A parameter of lists, at length: one of path, range, search and expr.", kFilter},
    {"allow", "Who may.", kAllow},
    {"operation", "Something that is done at a path of its own: call, sql or file, and what goes in and out.", kOperation},
    {"hooks", "Functions that see rows when they are written.", kHooks},
    {"jobs", "Which entity shows jobs and which fields are what, and what runs again and again.", kJobs},
    {"job_words", "How the choices of a job's status are called.", kJobWords},
    {"schedule", "A function that runs again and again.", kSchedule},
    {"webhooks", "Which entity says who is told and which fields are what, and how it is told.", kWebhooks},
    {"target", "An address that is always told.", kTarget},
    {"identity", "Which entities the server itself works with.", kIdentity},
    {"identity_user", "Which fields of accounts are what.", kUser},
    {"identity_group", "Which fields of groups are what.", kGroup},
    {"identity_token", "Which fields of keys are what.", kToken},
    {"identity_session", "Which fields of sessions are what.", kSession},
    {"identity_log", "Which fields of the log are what.", kLog},
});

constexpr auto kTypes = std::to_array<TypeWord>({
    {"bool", value::Kind::boolean, Takes::nothing, "true or false"},
    {"int", value::Kind::integer, Takes::range, "a whole number, in 32 bits unless int(0..4294967295) says more"},
    {"int64", value::Kind::integer, Takes::range, "a whole number, in 64 bits"},
    {"float", value::Kind::real, Takes::nothing, "a number"},
    {"decimal", value::Kind::decimal, Takes::digits, "decimal(10.2): 10 digits, 2 of them behind the point"},
    {"text", value::Kind::text, Takes::length, "text(200), text(3..200): characters"},
    {"slug", value::Kind::slug, Takes::length, "letters, digits, hyphen, underscore"},
    {"email", value::Kind::email, Takes::length, "an e-mail address"},
    {"url", value::Kind::url, Takes::length, "an address of the web"},
    {"uuid", value::Kind::uuid, Takes::nothing, "a UUID"},
    {"ip", value::Kind::ip, Takes::family, "a host's address; ip(4) or ip(6)"},
    {"interface", value::Kind::ip, Takes::family, "an address with the length of its network"},
    {"cidr", value::Kind::ip, Takes::family, "a network"},
    {"mac", value::Kind::mac, Takes::nothing, "a MAC address"},
    {"date", value::Kind::date, Takes::nothing, "a day"},
    {"time", value::Kind::time, Takes::nothing, "a time of day"},
    {"datetime", value::Kind::datetime, Takes::nothing, "a moment"},
    {"duration", value::Kind::duration, Takes::nothing, "how long"},
    {"json", value::Kind::json, Takes::document, "any JSON; json(object) or json(list)"},
    {"enum", value::Kind::choice, Takes::choices, "enum(a|b|c): one of these; of whole numbers if all are"},
    {"list", value::Kind::list, Takes::item, "list(int): values of a type"},
    {"secret", value::Kind::secret, Takes::nothing, "a random key, kept as a hash"},
    {"password",
     value::Kind::password,
     Takes::length,
     "a password, kept as a hash: of at most 128 characters, if password(64) says nothing else"},
    {"blob", value::Kind::blob, Takes::nothing, "a file that is kept beside the database: its hash; functions write it, clients do not"},
    {"file", value::Kind::file, Takes::upload, "what an operation takes of a form; file(10 MB, image/*): at most so large, of these types"},
    {"ref", value::Kind::integer, Takes::entity, "ref(region): one row", Reference::Kind::one},
    {"refs", value::Kind::integer, Takes::entity, "refs(tag): several rows", Reference::Kind::many},
    {"owned", value::Kind::integer, Takes::entity, "owned(rule): rows that live and die with this one", Reference::Kind::owned},
    {"any_ref", value::Kind::integer, Takes::entities, "any_ref(a|b): one row of several entities; of any, if bare", Reference::Kind::any},
});
constexpr auto kFlags = std::to_array<Word<Flag>>({
    {"null", Flag::null, "may be null"},
    {"required", Flag::required, "a new row must give it, though it may be null or empty"},
    {"blank", Flag::blank, "may be the empty text"},
    {"unique", Flag::unique, "no two rows share it"},
    {"indexed", Flag::indexed, "found fast"},
    {"readonly", Flag::readonly, "clients do not write it"},
    {"hidden", Flag::hidden, "clients do not see it"},
    {"immutable", Flag::immutable, "written on create only"},
    {"touched", Flag::touched, "every write sets it: a datetime"},
    {"untrimmed", Flag::untrimmed, "blanks around the text are kept"},
    {"bare", Flag::bare, "an enum that is shown as its value, never with its label"},
    {"protect", Flag::protect, "a row that is referred to cannot be deleted (so it is, if nothing is said)"},
    {"cascade", Flag::cascade, "goes with the row that it refers to"},
    {"set_null", Flag::set_null, "becomes null with the row that it refers to"},
    {"inverse", Flag::inverse, "inverse(sites): how the other side calls these rows; ENTITY_FIELD, if absent"},
});
constexpr auto kMoments = std::to_array<Word<Default::Kind>>({
    {"now", Default::Kind::now, "the time of the write"},
    {"caller", Default::Kind::caller, "the account that writes"},
    {"random_key", Default::Kind::random_key, "40 random hex digits"},
});
constexpr auto kCallers = std::to_array<Word<Rule::Who>>({
    {"anyone", Rule::Who::anyone, "also without an account"},
    {"user", Rule::Who::user, "every account"},
    {"staff", Rule::Who::staff, "accounts that are staff, and superusers"},
    {"superuser", Rule::Who::superuser, "superusers"},
    {"nobody", Rule::Who::nobody, "nobody at all"},
});
constexpr auto kAs = std::to_array<Word<Member::As>>({
    {"objects", Member::As::objects, "by a view"},
    {"keys", Member::As::keys, "the list of their keys"},
    {"key", Member::As::key, "the one key"},
});
constexpr auto kWrites = std::to_array<Word<Member::Writes>>({
    {"never", Member::Writes::never, "not at all"},
    {"only", Member::Writes::only, "written, not shown"},
    {"create", Member::Writes::create, "on create only"},
});
constexpr auto kComparisons = std::to_array<Word<SearchField::How>>({
    {"contains", SearchField::How::contains, "the text somewhere in it"},
    {"prefix", SearchField::How::prefix, "it begins with the text"},
    {"equals", SearchField::How::equals, "it is the text"},
});

constexpr auto kMethods = std::to_array<Word<Method>>({
    {"GET", Method::get, ""},
    {"POST", Method::post, ""},
    {"PUT", Method::put, ""},
    {"PATCH", Method::patch, ""},
    {"DELETE", Method::del, ""},
});

}  // namespace

Key const* Form::find(std::string_view key) const {
    auto const found = std::ranges::find(keys, key, &Key::name);
    return found == keys.end() ? nullptr : &*found;
}

std::vector<std::string_view> Form::words() const { return names_of(keys); }

std::span<Form const> forms() { return kForms; }
Form const& form(std::string_view name) { return *std::ranges::find(kForms, name, &Form::name); }

std::span<TypeWord const> type_words() { return kTypes; }
TypeWord const* type_word(std::string_view name) {
    auto const found = std::ranges::find(kTypes, name, &TypeWord::name);
    return found == kTypes.end() ? nullptr : found;
}

std::span<Word<Flag> const> flags() { return kFlags; }
std::span<Word<Default::Kind> const> moments() { return kMoments; }
std::span<Word<Rule::Who> const> callers() { return kCallers; }
std::span<Word<Member::As> const> forms_of_relations() { return kAs; }
std::span<Word<Member::Writes> const> writes() { return kWrites; }
std::span<Word<SearchField::How> const> comparisons() { return kComparisons; }
std::span<Word<Method> const> methods() { return kMethods; }

std::span<Word<std::vector<Verb>> const> rights() {
    static std::vector<Word<std::vector<Verb>>> const all = {
        {"read", {Verb::list, Verb::get}, ""},
        {"create", {Verb::create}, ""},
        {"update", {Verb::replace, Verb::patch}, ""},
        {"delete", {Verb::remove}, ""},
    };
    return all;
}

std::span<Word<std::vector<Verb>> const> endpoints() {
    static std::vector<Word<std::vector<Verb>>> const all = {
        {"crud", {Verb::list, Verb::get, Verb::create, Verb::replace, Verb::patch, Verb::remove}, "all but bulk"},
        {"read", {Verb::list, Verb::get}, "list and get"},
        {"list", {Verb::list}, "GET of the path"},
        {"get", {Verb::get}, "GET of a row"},
        {"create", {Verb::create}, "POST to the path"},
        {"replace", {Verb::replace}, "PUT of a row"},
        {"patch", {Verb::patch}, "PATCH of a row"},
        {"delete", {Verb::remove}, "DELETE of a row"},
        {"bulk", {}, "its writes also for lists of rows, at the path"},
    };
    return all;
}

std::vector<std::string_view> words_of(std::string_view shape) {
    if (shape == "endpoint") return names_of(endpoints());
    if (shape == "rule") return names_of(callers());
    if (shape == "relation") return names_of(forms_of_relations());
    if (shape == "writes") return names_of(writes());
    if (shape == "comparison") return names_of(comparisons());
    if (shape == "combine") return {"any", "all"};
    if (shape == "digest") return {"sha256", "sha512"};
    if (shape == "bare") return {"value"};
    return {};
}

}  // namespace koine::description
