#include "script/machine.hpp"

#include <re2/re2.h>

#include <mutex>

namespace koine::script {

// State

State::State(std::unique_ptr<Machine> machine) : machine_(std::move(machine)) {}
State::~State() = default;

Result<std::unique_ptr<State>> State::make(std::shared_ptr<Program const> program, StateLimits limits) {
    auto machine = std::make_unique<Machine>();
    KOINE_TRY(machine->build(std::move(program), limits, nullptr, nullptr));
    return std::unique_ptr<State>(new State(std::move(machine)));
}

Program const& State::program() const { return *machine_->program; }
bool State::usable() const { return machine_->usable; }
std::size_t State::memory() const { return machine_->used; }

// Call

Call::Call(State& state, std::size_t function, CallOptions options) : machine_(state.machine_.get()) {
    machine_->begin(function, std::move(options));
}

Call::~Call() { machine_->end(); }

Call::Stage Call::start(Push const& arguments) { return machine_->run(arguments); }

Call::Stage Call::start(std::vector<Value> const& arguments) {
    return machine_->run([&](Pusher& push) {
        for (auto const& argument : arguments) push.value(argument);
    });
}

Call::Stage Call::resume(Result<Value> given) { return machine_->go_on(&given, nullptr); }
Call::Stage Call::resume(Push const& given) { return machine_->go_on(nullptr, &given); }

Call::Stage Call::stage() const { return machine_->stage; }
bool Call::is_guarded() const { return machine_->guards > 0; }
Wait const& Call::wait() const { return machine_->wait; }
Result<Value> Call::result() const { return reader().value(); }
Reader Call::reader() const { return Machine::reader(machine_->thread, machine_->result); }
Failure const& Call::failure() const { return *machine_->failure; }
std::vector<Note> const& Call::notes() const { return machine_->notes; }
std::uint64_t Call::instructions() const { return machine_->instructions; }

// Pool

struct Pool::Shared {
    std::shared_ptr<Program const> program;
    StateLimits limits;
    std::size_t kept = 0;
    std::size_t most = 0;
    std::mutex mutex;
    std::vector<std::unique_ptr<State>> idle;  // under mutex
    std::size_t in_use = 0;                    // under mutex
};

Pool::Pool(std::shared_ptr<Program const> program, StateLimits limits, std::size_t kept, std::size_t most)
    : shared_(std::make_unique<Shared>()) {
    shared_->program = std::move(program);
    shared_->limits = limits;
    shared_->kept = kept;
    shared_->most = most;
}

Pool::~Pool() = default;

std::shared_ptr<Program const> const& Pool::program() const { return shared_->program; }

Result<Pool::Lease> Pool::take() {
    {
        std::lock_guard const lock(shared_->mutex);
        if (shared_->in_use >= shared_->most) return Problem(Reason::overloaded);
        ++shared_->in_use;
        if (!shared_->idle.empty()) {
            auto state = std::move(shared_->idle.back());
            shared_->idle.pop_back();
            return Lease(this, std::move(state));
        }
    }
    auto made = State::make(shared_->program, shared_->limits);
    if (made) return Lease(this, std::move(made).value());
    std::lock_guard const lock(shared_->mutex);
    --shared_->in_use;
    return made.as_failure();
}

Pool::Lease::Lease(Pool* pool, std::unique_ptr<State> state) : pool_(pool), state_(std::move(state)) {}
Pool::Lease::Lease(Lease&& other) noexcept = default;

Pool::Lease::~Lease() {
    if (!state_) return;
    auto& shared = *pool_->shared_;
    std::lock_guard const lock(shared.mutex);
    --shared.in_use;
    if (state_->usable() && shared.idle.size() < shared.kept) shared.idle.push_back(std::move(state_));
}

}  // namespace koine::script
