#pragma once

#include "http/tls_context.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace farehook {

/// A connection's socket, with TLS on it or without. It is never waited for; it is closed in the end.
class Transport {
 public:
  /// What came of an attempt. waits_for_input, waits_for_output: nothing more can be done before the socket
  /// can be read from, or written to. ended: by the peer, or broken.
  enum class Outcome { done, waits_for_input, waits_for_output, ended };

  /// Takes a socket that does not block. `session`: null for none. Throws std::bad_alloc; the socket is
  /// closed then, too.
  Transport(int socket, TlsSession session);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  int socket() const { return socket_; }
  bool is_tls() const { return session_ != nullptr; }
  const SSL* session() const { return session_.get(); }  ///< null without TLS

  /// Goes on with the handshake. At its end, or without TLS: done. If it failed: ended.
  Outcome shake_hands();
  /// Why the handshake failed, as OpenSSL's error; nothing if the peer said nothing at all.
  std::optional<unsigned long> handshake_error() const { return handshake_error_; }

  /// Reads up to `size` bytes; `count` of them came, if it is done.
  Outcome read(char* into, size_t size, size_t& count);
  /// Whether some of a TLS record has been taken off the socket, and read() waits for the rest of it.
  bool has_part_of_record() const;
  /// Whether a connection that read() found ended was ended by its peer, and did not break.
  bool has_ended_orderly() const { return has_ended_orderly_; }

  /// Writes from the front of `text`, and takes off what was written. Done if all of it was.
  Outcome write(std::string_view& text);
  /// The same past TLS, for a client that does not speak it.
  Outcome write_plain(std::string_view& text);

  /// Bytes written to the socket so far: with TLS, its records.
  uint64_t written_bytes() const;

  /// Tells the peer that nothing more follows.
  void finish();
  /// Reads past what has come. Never done: the peer may always send more.
  Outcome read_past();

 private:
  Outcome outcome_of(int result);

  const int socket_;
  TlsSession session_;
  std::optional<unsigned long> handshake_error_;
  bool has_ended_orderly_ = false;
  uint64_t written_bytes_ = 0;  ///< past TLS
};

}  // namespace farehook
