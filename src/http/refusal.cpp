#include "http/refusal.hpp"

#include "http/library.hpp"

namespace farehook {

std::string reason_of(int status) {
  switch (status) {
    case 400:
      return "the request can't be understood";
    case 408:
      return "the request did not come in time";
    case 413:
      return "the body is too large";
    case 414:
      return "the request target is too long";
    case 416:
      return "the Range field can't be understood";
    case 431:
      return "too many or too long header fields";
    default:
      return "the request can't be served";
  }
}

void answer_and_close(const httplib::Request& request, httplib::Response& response, const Refusal& refusal) {
  response.status = refusal.status;
  response.set_header("Connection", "close");
  // The library has no call for closing: a content provider that fails makes it close. It asks none for HEAD,
  // whose answer has a length but no content.
  const bool is_head = request.method == "HEAD";
  const_cast<httplib::Request&>(request).method = "POST";
  response.set_content_provider(
      refusal.reason.size() + 1, "text/plain",
      [text = refusal.reason + "\n", is_head](size_t offset, size_t, httplib::DataSink& sink) {
        if (!is_head) sink.write(text.data() + offset, text.size() - offset);
        return false;
      });
}

}  // namespace farehook
