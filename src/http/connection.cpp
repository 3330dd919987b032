#include "http/connection.hpp"

#include "http/peer_address.hpp"
#include "http/tls_context.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <utility>

namespace farehook {

using namespace std::chrono_literals;

namespace {

using Outcome = Transport::Outcome;

constexpr auto quiet_grace = 200ms;  // a connection this young may have a request on its way
constexpr auto drain_grace = 2s;     // for a request that is being received when everything ends
constexpr auto reading_patience = 10s;
constexpr auto farewell_duration = 2s;
constexpr size_t read_bytes = size_t{32} << 10;
constexpr int turns = 8;  // of reading or answering, before others are served

std::string peer_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  const bool is_there = ::getpeername(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  return is_there ? peer_address(address) : "";
}

bool has_unread_bytes(int socket) {
  pollfd readable{socket, POLLIN, 0};
  return ::poll(&readable, 1, 0) > 0;
}

}  // namespace

Connection::Connection(Host& host, int socket, SSL_CTX* tls)
    : host_(host),
      transport_(socket, accepting_session(tls)),
      peer_(peer_of(socket)),
      reader_(host.request_limits()),
      since_(Clock::now()) {
  if (transport_.is_tls()) state_ = State::receiving;
}

void Connection::enter(State state) {
  since_ = Clock::now();
  state_ = state;
}

EventLoop::Next Connection::serve() {
  const Next next = go_on();
  if (next != Next::together) {
    turn_ = 0;
    may_have_more_ = true;
  }
  return next;
}

EventLoop::Next Connection::go_on() {
  thread_local std::array<char, read_bytes> buffer;
  if (const auto next = shake_hands()) return *next;
  const std::string held = std::exchange(input_, {});
  std::string_view bytes = held;
  for (;; ++turn_) {
    const auto next = flush();
    if (next || (turn_ >= turns && !closes_)) {
      input_ = bytes;
      return next.value_or(Next::again);
    }
    if (closes_) return leave();
    if (bytes.empty()) {
      if (!may_have_more_) return Next::input;
      size_t count = 0;
      const Outcome outcome = transport_.read(buffer.data(), buffer.size(), count);
      if (outcome == Outcome::waits_for_input) {
        // look() sees only what is on the socket, and a part of a record no longer is.
        if (state_ == State::quiet && transport_.has_part_of_record()) enter(State::receiving);
        return Next::input;
      }
      if (outcome == Outcome::waits_for_output) return Next::output;
      if (outcome == Outcome::ended) return end();
      bytes = {buffer.data(), count};
      // Under TLS what has been taken off the socket already would not be told of.
      may_have_more_ = transport_.is_tls() || count == buffer.size();
    }
    advance(bytes);
    if (state_ == State::answering) {
      input_ = bytes;
      ++turn_;
      return Next::together;
    }
  }
}

std::optional<EventLoop::Next> Connection::shake_hands() {
  if (state_ == State::leaving) return std::nullopt;
  const Outcome outcome = transport_.shake_hands();
  if (outcome == Outcome::done) return std::nullopt;
  if (outcome == Outcome::waits_for_input) return Next::input;
  if (outcome == Outcome::waits_for_output) return Next::output;
  if (ended_ != Ended::not_yet) return end();
  if (const auto error = transport_.handshake_error()) {
    RefusedRequest refused{peer_, "", "", 0, handshake_failure(*error)};
    if (is_plain_http(*error)) {
      refused.status = 400;
      refused.reason = "this port speaks TLS: use https://, not http://";
      const std::string text = host_.written({.status = 400, .body = refused.reason + "\n", .closes = true});
      std::string_view left = text;
      transport_.write_plain(left);
    }
    host_.tell(refused);
  }
  lingers_ = true;
  return leave();
}

std::optional<EventLoop::Next> Connection::flush() {
  if (output_.empty()) return std::nullopt;
  std::string_view left = output_;
  const Outcome outcome = transport_.write(left);
  output_.erase(0, output_.size() - left.size());
  if (outcome == Outcome::ended) return Next::end;
  if (outcome == Outcome::done) {
    if (state_ == State::sending) enter(State::quiet);
    return std::nullopt;
  }
  enter(State::sending);
  return outcome == Outcome::waits_for_input ? Next::input : Next::output;
}

void Connection::advance(std::string_view& bytes) {
  if (state_ == State::quiet) enter(State::receiving);
  const auto state = reader_.read(bytes);
  if (state == RequestReader::State::head) return;
  if (!is_judged_ && state != RequestReader::State::broken) judge(bytes.empty());
  if (reader_.state() != RequestReader::State::body) end_request(bytes.empty());
}

void Connection::judge(bool is_waited_for) {
  is_judged_ = true;
  if (auto why = host_.refusal(reader_.head())) reader_.refuse(std::move(*why));
  const bool goes_on = reader_.state() == RequestReader::State::body && !reader_.refusal();
  if (goes_on && reader_.head().expects_continue && is_waited_for) output_ = "HTTP/1.1 100 Continue\r\n\r\n";
}

void Connection::end_request(bool is_alone) {
  const bool has_no_length = reader_.head().framing.kind == Framing::Kind::no_body;
  if (!reader_.refusal() && has_no_length && !is_alone) reader_.give_up({411, "Content-Length is missing"});
  const auto& why = reader_.refusal();
  if (!why) return enter(State::answering);
  lingers_ = reader_.state() == RequestReader::State::broken;
  refuse(*why, reader_.head().wants_close || lingers_);
  next_request();
}

Delivery Connection::take_delivery() {
  Delivery delivery = reader_.take_delivery();
  delivery.remote = peer_;
  return delivery;
}

void Connection::answer(std::optional<Response> response) {
  if (response) {
    response->closes |= reader_.head().wants_close || host_.is_stopping();
    response->is_to_1_0 = reader_.head().is_1_0;
    closes_ = response->closes;
    output_ += host_.written(*response);
  } else {
    closes_ = is_dropped_ = true;
  }
  next_request();
}

void Connection::next_request() {
  reader_.next();
  is_judged_ = false;
  was_answered_ = true;
  enter(State::quiet);
}

void Connection::refuse(const Refusal& why, bool closes) {
  const Delivery& asked = reader_.head().delivery;
  host_.tell({peer_, asked.method, asked.path, why.status, why.reason});
  closes_ = closes || host_.is_stopping();
  output_ += host_.written({.status = why.status,
                            .headers = why.headers,
                            .body = why.reason + "\n",
                            .closes = closes_,
                            .is_to_1_0 = reader_.head().is_1_0,
                            .is_to_head = asked.method == "HEAD"});
}

EventLoop::Next Connection::leave() {
  if (is_dropped_) return Next::end;
  if (state_ != State::leaving) {
    transport_.finish();
    enter(State::leaving);
  }
  const bool goes_on = lingers_ && transport_.read_past() == Outcome::waits_for_input;
  return goes_on ? Next::input : Next::end;
}

EventLoop::Next Connection::end() {
  const Ended how = ended_;
  Refusal why{400, "the request broke off"};
  if (reader_.state() == RequestReader::State::body)
    why.reason = "the body broke off after " + std::to_string(reader_.body_bytes()) + " bytes";
  if (how == Ended::too_late) why = {408, "no whole request in time"};
  if (how == Ended::cut) why = {503, "too many connections: it made room for others"};
  if (reader_.refusal()) why = *reader_.refusal();
  if (reader_.has_begun()) {
    refuse(why, true);
    flush();
  } else if (how == Ended::cut || (how == Ended::too_late && !was_answered_)) {
    host_.tell({peer_, "", "", 0, why.reason});
  }
  if (how != Ended::cut) transport_.finish();
  return Next::end;
}

void Connection::look(Clock::time_point now) {
  const State state = state_;  // read first, as enter() writes it last
  const auto waited = now - since_.load();
  const bool is_stopping = host_.is_stopping();
  switch (state) {
    case State::quiet:
      if (waited <= (is_stopping     ? quiet_grace
                     : was_answered_ ? Clock::duration(keep_alive)
                                     : host_.request_deadline()) ||
          has_unread_bytes(socket()))
        return;
      break;
    case State::receiving:
      if (waited <= host_.request_deadline() && !(is_stopping && waited > drain_grace)) return;
      break;
    case State::sending:
      if (waited > reading_patience) ::shutdown(socket(), SHUT_RDWR);
      return;
    case State::leaving:
      if (waited > farewell_duration) ::shutdown(socket(), SHUT_RDWR);
      return;
    case State::answering:
      return;
  }
  // Reading only: an answer can still be sent.
  ended_ = Ended::too_late;
  ::shutdown(socket(), SHUT_RD);
}

std::optional<EventLoop::Clock::duration> Connection::waited(Clock::time_point now) const {
  if (state_ == State::answering || ended_ != Ended::not_yet || has_unread_bytes(socket()))
    return std::nullopt;
  return now - since_.load();
}

void Connection::cut() {
  ended_ = Ended::cut;
  ::shutdown(socket(), SHUT_RDWR);
}

}  // namespace farehook
