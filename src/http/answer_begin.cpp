#include "http/answer_begin.hpp"

#include "http/tcp_bytes.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <thread>

namespace farehook {

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t max_status_line_bytes = 8192;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether the text is a status line, as far as it has come.
bool is_status_line(std::string_view text) {
  constexpr std::string_view form = "HTTP/1.9 999";
  for (size_t at = 0; at < std::min(text.size(), form.size()); ++at)
    if (form[at] == '9' ? !is_digit(text[at]) : text[at] != form[at]) return false;
  return true;
}

/// The length of the answer's head, its empty line included; 0 if it is not whole.
size_t head_length(std::string_view text) {
  const size_t crlf = text.find("\r\n\r\n"), lf = text.find("\n\n");
  if (crlf == std::string_view::npos && lf == std::string_view::npos) return 0;
  return std::min(crlf == std::string_view::npos ? crlf : crlf + 4,
                  lf == std::string_view::npos ? lf : lf + 2);
}

/// Whether the connection is reset within a while, behind the peer's orderly end.
bool comes_reset(int descriptor) {
  for (int looks = 0; looks < 20; ++looks) {
    if (is_closed(descriptor)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return false;
}

}  // namespace

AnswerBegin await_answer(int descriptor, Clock::time_point deadline) {
  std::array<char, max_status_line_bytes> buffer{};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() < 0) return {};
    pollfd readable{descriptor, POLLIN, 0};
    if (::poll(&readable, 1, static_cast<int>(std::min<int64_t>(left.count(), 1000))) == 0) continue;
    const ssize_t count = ::recv(descriptor, buffer.data(), buffer.size(), MSG_PEEK | MSG_DONTWAIT);
    if (count <= 0) return {{}, true, count == 0 && comes_reset(descriptor)};
    const std::string_view text(buffer.data(), static_cast<size_t>(count));
    const bool has_line = text.find('\n') != std::string_view::npos;
    const bool is_full = text.size() == buffer.size();
    if (!is_status_line(text) || (!has_line && is_full) || (has_line && text.find('\n') < 12))
      return {{}, false, false};
    if (has_line && text[9] != '1')
      return {(text[9] - '0') * 100 + (text[10] - '0') * 10 + (text[11] - '0'), true, false};
    const size_t head = has_line ? head_length(text) : 0;
    if (head > 0) {
      if (::recv(descriptor, buffer.data(), head, 0) <= 0) return {};
    } else if (has_line && is_full) {
      return {{}, false, false};
    } else {
      // What has come stays readable: there is nothing to wait for but time.
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
  }
}

}  // namespace farehook
