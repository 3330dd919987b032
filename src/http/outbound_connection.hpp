#pragma once

#include "delivery/attempt.hpp"
#include "delivery/delivery.hpp"
#include "http/answer_reader.hpp"
#include "http/dialing.hpp"
#include "http/route.hpp"
#include "http/transport.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace farehook {

/// Makes attempts to hand deliveries to an endpoint, one after the other, over a connection that is kept. It
/// never waits: it says what it waits for. An attempt ends at its deadline whatever the peer does, with what
/// has come by then; it is made once: a request is sent again only where the kernel says that nothing of it
/// was taken.
class OutboundConnection {
 public:
  using Clock = std::chrono::steady_clock;

  /// The route must outlive it.
  explicit OutboundConnection(Route& route, Dialing::Opened opened = {});
  ~OutboundConnection();
  OutboundConnection(const OutboundConnection&) = delete;
  OutboundConnection& operator=(const OutboundConnection&) = delete;

  /// Begins an attempt, when the last one has ended; the delivery must stay until this one has. Returns what
  /// go_on() does.
  std::optional<Attempt> begin(const Delivery& delivery);

  /// Does what can be done at once. Returns the attempt when it has ended: then nothing is waited for.
  std::optional<Attempt> go_on();

  /// What is waited for: the socket (-1: none) to be readable, or writable as well, until then at the
  /// longest.
  int socket() const;
  bool waits_for_output() const { return waits_for_output_; }
  Clock::time_point waits_until() const { return waits_until_; }

 private:
  using Outcome = Transport::Outcome;
  /// idle: there is no attempt. settling: the server is given the time to end the connection. parting: it has
  /// ended it before there was an answer, and the kernel is asked for its side of it.
  enum class Phase { idle, settling, connecting, shaking_hands, exchanging, parting };

  Phase first_phase();
  bool has_ended_or_spoken();
  bool settle();
  bool connect();
  bool shake_hands();
  bool exchange(bool may_read);
  bool write();
  bool read();
  bool part();
  void start_request();
  void start_again();
  bool is_sent() const { return unsent_head_.empty() && unsent_body_.empty(); }
  bool was_never_taken() const;
  void hang_up();
  void give_up();
  void conclude();
  void fail(std::string_view error, std::string detail);
  std::optional<Attempt> run(bool may_read);

  Route& route_;

  // Of the connection.
  Dialing dialing_;
  std::optional<Transport> transport_;
  int answers_ = 0;                  ///< that have come on it
  bool is_known_to_stay_ = false;    ///< its server has said so
  Clock::time_point last_answer_{};  ///< when that came
  uint64_t written_before_ = 0;      ///< bytes, the present request not counted

  // Of the attempt.
  const Delivery* delivery_ = nullptr;
  Phase phase_ = Phase::idle;
  Attempt attempt_;
  Clock::time_point begin_{}, deadline_{};
  bool is_new_ = false;  ///< the connection: no answer has come on it before
  bool was_sent_again_ = false;
  Clock::time_point parting_since_{};
  bool is_broken_ = false;  ///< nothing more can be written
  std::string head_;        ///< and of the body, what is sent with it in one piece
  std::string_view unsent_head_, unsent_body_;
  AnswerReader answer_;

  bool waits_for_output_ = false;
  Clock::time_point waits_until_{};
};

}  // namespace farehook
