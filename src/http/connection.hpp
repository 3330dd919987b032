#pragma once

#include "http/event_loop.hpp"
#include "http/library_server.hpp"
#include "http/receiver.hpp"
#include "http/request_reader.hpp"
#include "http/transport.hpp"

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace farehook {

/// A client's connection: requests come by it one behind the other, and each is answered before the next is
/// looked at. look() ends it if it keeps others waiting too long.
class Connection : public EventLoop::Guest {
 public:
  using Clock = EventLoop::Clock;

  /// Whom it serves.
  class Host {
   public:
    virtual ~Host() = default;
    virtual RequestReader::Limits request_limits() = 0;
    virtual std::chrono::milliseconds request_deadline() const = 0;
    virtual bool is_stopping() const = 0;

    /// Why a request whose head has come is not wanted.
    virtual std::optional<Refusal> refusal(const RequestHead& head) const = 0;
    virtual void tell(const RefusedRequest& refused) = 0;
    virtual std::string written(const Response& response) = 0;
  };

  static constexpr auto keep_alive = std::chrono::seconds{60};  ///< without a request

  /// Takes a socket that does not block. `tls`: null for none.
  Connection(Host& host, int socket, SSL_CTX* tls);

  int socket() const override { return transport_.socket(); }
  /// together: its delivery is to be taken, and answered.
  EventLoop::Next serve() override;
  Delivery take_delivery();
  /// Nothing: the connection is dropped without an answer.
  void answer(std::optional<Response> response);

  void look(Clock::time_point now) override;
  std::optional<Clock::duration> waited(Clock::time_point now) const override;
  void cut() override;

 private:
  /// quiet: no byte of a request has come. receiving: a handshake or a request is coming. answering: it is in
  /// the host's hands. sending: the client takes its time to read. leaving: the last answer is sent, and what
  /// still comes is read past, so that the client gets to read it.
  enum class State { quiet, receiving, answering, sending, leaving };
  enum class Ended { not_yet, too_late, cut };
  using Next = EventLoop::Next;

  void enter(State state);
  Next go_on();
  /// Nothing: the handshake is done.
  std::optional<Next> shake_hands();
  std::optional<Next> flush();
  /// Goes on with the present request, until its answer stands in `output_` or no byte is left.
  void advance(std::string_view& bytes);
  void judge(bool is_waited_for);
  void end_request(bool is_alone);
  void next_request();
  void refuse(const Refusal& why, bool closes);
  /// Behind the last answer, and where the client has ended the connection.
  Next leave();
  Next end();

  Host& host_;
  Transport transport_;
  const std::string peer_;  ///< 192.0.2.7:40312; empty if it has gone already
  RequestReader reader_;
  std::string input_, output_;  ///< what waits until the client has read; what it has not read
  int turn_ = 0;                ///< of reading or answering, since others were served
  bool may_have_more_ = true;   ///< to be read, behind what was read last
  bool is_judged_ = false;      ///< the present request's head
  bool closes_ = false;         ///< when `output_` is sent
  bool lingers_ = false;        ///< then, in State::leaving
  bool is_dropped_ = false;     ///< without an answer
  std::atomic<bool> was_answered_{false};
  std::atomic<State> state_{State::quiet};
  std::atomic<Clock::time_point> since_;  ///< in this state
  std::atomic<Ended> ended_{Ended::not_yet};
};

}  // namespace farehook
