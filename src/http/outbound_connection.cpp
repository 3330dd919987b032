#include "http/outbound_connection.hpp"

#include "http/request_text.hpp"
#include "http/tcp_state.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace farehook {

using namespace std::chrono_literals;

namespace {

/// A connection that has been quiet for longer is not used again: its server may be about to end it.
constexpr auto max_idle = 1s;

/// How long a new connection is looked at behind its first answer, if its server has not said that it stays.
/// A request on its way to a connection that is being ended is lost, or is not: it is worth a moment to know,
/// where that is a small part of the attempt's time.
constexpr auto grace = 5ms;
constexpr auto least_timeout_with_grace = 10 * grace;

/// How long the reset is waited for with which a kernel answers a request to a connection that had ended.
constexpr auto parting_time = 20ms;
constexpr auto parting_interval = 1ms;

/// Of a body, sent in one piece with the head.
constexpr size_t max_joined_bytes = size_t{64} << 10;

}  // namespace

OutboundConnection::OutboundConnection(Route& route, Dialing::Opened opened)
    : route_(route), dialing_(route, std::move(opened)) {}

OutboundConnection::~OutboundConnection() { hang_up(); }

std::optional<Attempt> OutboundConnection::begin(const Delivery& delivery) {
  delivery_ = &delivery;
  attempt_ = {};
  attempt_.started_at = now();
  begin_ = Clock::now();
  deadline_ = begin_ + route_.options().timeout;
  dialing_.begin();
  was_sent_again_ = false;
  unsent_head_ = unsent_body_ = {};
  answer_.begin(false);
  phase_ = first_phase();
  // Nothing can have been answered yet.
  return run(false);
}

std::optional<Attempt> OutboundConnection::go_on() { return run(true); }

int OutboundConnection::socket() const {
  return !transport_ || phase_ == Phase::idle || phase_ == Phase::parting ? -1 : transport_->socket();
}

std::optional<Attempt> OutboundConnection::run(bool may_read) {
  waits_for_output_ = false;
  waits_until_ = deadline_;
  for (bool goes_on = true; goes_on && phase_ != Phase::idle;) {
    if (Clock::now() >= deadline_) {
      give_up();
      break;
    }
    switch (phase_) {
      case Phase::settling:
        goes_on = settle();
        break;
      case Phase::connecting:
        goes_on = connect();
        break;
      case Phase::shaking_hands:
        goes_on = shake_hands();
        break;
      case Phase::exchanging:
        goes_on = exchange(may_read);
        break;
      case Phase::parting:
        goes_on = part();
        break;
      case Phase::idle:
        break;
    }
  }
  if (phase_ != Phase::idle) return std::nullopt;
  return std::move(attempt_);
}

/// The deadline is over. What has come before it is looked at may have come in time: it counts.
void OutboundConnection::give_up() {
  if (phase_ == Phase::exchanging) read();
  if (phase_ == Phase::idle) return;
  const bool is_answered_early = answer_.status() && !is_sent();
  if (phase_ == Phase::parting || is_answered_early)
    conclude();
  else
    fail("timeout", "no whole answer in time");
}

/// Decides whether the connection can be used.
OutboundConnection::Phase OutboundConnection::first_phase() {
  if (!transport_) return Phase::connecting;
  const auto idle = begin_ - last_answer_;
  if (idle > max_idle || has_ended_or_spoken()) {
    transport_.reset();
    return Phase::connecting;
  }
  const bool has_time = route_.options().timeout >= least_timeout_with_grace;
  if (answers_ == 1 && !is_known_to_stay_ && idle < grace && has_time) return Phase::settling;
  start_request();
  return Phase::exchanging;
}

/// What comes on a quiet connection would pass for the answer to the next request.
bool OutboundConnection::has_ended_or_spoken() {
  char byte = 0;
  size_t count = 0;
  const Outcome outcome = transport_->read(&byte, 1, count);
  if (outcome == Outcome::ended && answers_ == 1) route_.ends_connections = true;
  return outcome == Outcome::done || outcome == Outcome::ended;
}

bool OutboundConnection::settle() {
  if (has_ended_or_spoken()) {
    transport_.reset();
    phase_ = Phase::connecting;
    return true;
  }
  waits_until_ = std::min(deadline_, last_answer_ + grace);
  if (Clock::now() < waits_until_) return false;
  start_request();
  phase_ = Phase::exchanging;
  return true;
}

bool OutboundConnection::connect() {
  const Dialing::State state = dialing_.go_on(transport_);
  waits_for_output_ = state == Dialing::State::waits;
  if (state == Dialing::State::failed) fail(dialing_.fault().error, dialing_.fault().detail);
  if (state == Dialing::State::connected) {
    answers_ = 0;
    is_known_to_stay_ = false;
    phase_ = Phase::shaking_hands;
  }
  return state == Dialing::State::goes_on || state == Dialing::State::connected;
}

bool OutboundConnection::shake_hands() {
  const Outcome outcome = transport_->shake_hands();
  waits_for_output_ = outcome == Outcome::waits_for_output;
  if (outcome == Outcome::ended) {
    fail("tls", client_handshake_failure(transport_->session()));
    return false;
  }
  if (outcome != Outcome::done) return false;
  start_request();
  phase_ = Phase::exchanging;
  return true;
}

void OutboundConnection::start_request() {
  is_new_ = answers_ == 0;
  is_broken_ = false;
  written_before_ = transport_->written_bytes();
  head_ = request_head_text(*delivery_, route_.authority(), route_.ends_connections);
  const std::string_view body = delivery_->body;
  const size_t joined = body.size() <= max_joined_bytes ? body.size() : 0;
  head_ += body.substr(0, joined);
  unsent_head_ = head_;
  unsent_body_ = body.substr(joined);
  answer_.begin(delivery_->method == "HEAD");
}

bool OutboundConnection::exchange(bool may_read) {
  const bool has_written = write();
  // A receiver may answer before it has read all, and end the connection.
  return (has_written && !may_read) ? false : read();
}

/// Returns whether all is written.
bool OutboundConnection::write() {
  if (is_broken_) return false;
  for (std::string_view* each : {&unsent_head_, &unsent_body_}) {
    const Outcome outcome = each->empty() ? Outcome::done : transport_->write(*each);
    waits_for_output_ = outcome == Outcome::waits_for_output;
    is_broken_ = outcome == Outcome::ended;
    if (outcome != Outcome::done) return false;
  }
  return true;
}

bool OutboundConnection::read() {
  std::array<char, size_t{16} << 10> buffer;
  for (;;) {
    size_t count = 0;
    const Outcome outcome = transport_->read(buffer.data(), buffer.size(), count);
    if (outcome == Outcome::waits_for_input && !is_broken_) return false;
    if (outcome == Outcome::waits_for_output) {
      waits_for_output_ = true;
      return false;
    }
    if (outcome != Outcome::done) break;
    std::string_view bytes(buffer.data(), count);
    if (answer_.read(bytes) == AnswerReader::State::incomplete) continue;
    conclude();
    // What follows the answer would pass for the next one.
    if (!bytes.empty()) hang_up();
    return false;
  }
  if (transport_->has_ended_orderly()) answer_.end();
  const bool may_go_again = !is_new_ && !was_sent_again_ && !answer_.has_begun() && was_never_taken();
  const bool was_never_sent = transport_->written_bytes() == written_before_;
  if (may_go_again && was_never_sent) {
    start_again();
    return true;
  }
  if (may_go_again && transport_->has_ended_orderly()) {
    phase_ = Phase::parting;
    parting_since_ = Clock::now();
    return true;
  }
  conclude();
  return false;
}

/// A server may end a connection that it has kept while the next request is on its way. If it had ended it
/// before any of the request came to it, its kernel resets it, its program has seen nothing, and the request
/// may be sent once more (RFC 9110, 9.2.2).
bool OutboundConnection::part() {
  // Who has ended only its own side of the connection may still take the request, and reset it later.
  const bool is_taken = !was_never_taken();
  if (!is_taken && is_closed(transport_->socket())) {
    start_again();
    return true;
  }
  const auto now = Clock::now();
  waits_until_ = std::min(deadline_, now + parting_interval);
  if (!is_taken && now < parting_since_ + parting_time) return false;
  conclude();
  return false;
}

void OutboundConnection::start_again() {
  was_sent_again_ = true;
  dialing_.begin();
  transport_.reset();
  phase_ = Phase::connecting;
}

bool OutboundConnection::was_never_taken() const {
  const auto acknowledged = acknowledged_bytes(transport_->socket());
  return acknowledged && *acknowledged <= written_before_ + 1;
}

/// The attempt has ended with what has come of the answer.
void OutboundConnection::conclude() {
  switch (answer_.state()) {
    case AnswerReader::State::garbled:
      return fail("garbled", "the answer is not HTTP");
    case AnswerReader::State::too_large:
      return fail("too-large", "the answer is larger than 1 MiB");
    case AnswerReader::State::incomplete:
      // Who does not read all of a request can't be waited for to end its answer in order.
      if (is_sent() || !answer_.status())
        return fail("closed", answer_.has_begun() ? "the connection ended within the answer"
                                                  : "the connection ended without an answer");
      break;
    case AnswerReader::State::complete:
      break;
  }
  attempt_.status = answer_.status();
  attempt_.retry_after = answer_.retry_after();
  last_answer_ = Clock::now();
  attempt_.duration = std::chrono::duration_cast<std::chrono::microseconds>(last_answer_ - begin_);
  ++answers_;
  is_known_to_stay_ = answer_.says_keep_alive();
  if (!is_sent() || is_broken_ || !answer_.keeps_connection() || route_.ends_connections) hang_up();
  phase_ = Phase::idle;
}

void OutboundConnection::fail(std::string_view error, std::string detail) {
  // As it seems, the server has ended the connection behind its first answer, and later than was waited for.
  if (error == "closed" && !answer_.has_begun() && answers_ == 1) route_.ends_connections = true;
  attempt_.error = error;
  attempt_.detail = std::move(detail);
  attempt_.duration = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin_);
  hang_up();
  phase_ = Phase::idle;
}

void OutboundConnection::hang_up() {
  if (transport_) transport_->finish();
  transport_.reset();
}

}  // namespace farehook
