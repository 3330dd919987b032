#include "cli/curl_command.hpp"

#include <doctest/doctest.h>

using namespace farehook;

namespace {

const SenderOptions local = [] {
  SenderOptions to;
  to.endpoint = std::get<Endpoint>(parse_endpoint("http://user:secret@127.0.0.1:3000/in"));
  return to;
}();

Delivery delivery(std::string body, std::vector<Header> headers = {}) {
  Delivery made;
  made.method = "POST";
  made.path = "/in";
  made.headers = std::move(headers);
  made.body = std::move(body);
  return made;
}

/// What stands before curl's own arguments.
std::string printf_of(std::string body) {
  const std::string command = curl_command(delivery(std::move(body)), local);
  return command.substr(0, command.find(" | curl"));
}

/// The arguments behind the body, of a delivery that names who sends it.
std::string arguments_of(Delivery made, const SenderOptions& to = local) {
  made.headers.push_back({"user-agent", "me"});
  std::string command = curl_command(made, to);
  const std::string sender = " -H 'user-agent: me'", begin = "--data-binary @- ";
  command.erase(command.find(sender), sender.size());
  const size_t at = command.find(begin) + begin.size();
  return command.substr(at, command.size() - at - 1);
}

}  // namespace

TEST_CASE("a delivery is a command on one line, without our own credentials") {
  CHECK(curl_command(delivery(R"({"item":{}})", {{"user-agent", "me"}, {"content-type", "application/json"}}),
                     local) ==
        "printf %s '{\"item\":{}}' | curl -sS --data-binary @- -H 'user-agent: me' "
        "-H 'content-type: application/json' 'http://127.0.0.1:3000/in'\n");
}

TEST_CASE("curl sends in our name where the delivery has none") {
  CHECK(curl_command(delivery(""), local).find(" -A farehook/") != std::string::npos);
}

TEST_CASE("a body that can be printed stands there as it is") {
  CHECK(printf_of("") == "printf %s ''");
  CHECK(printf_of("-n 100% \\n \u00e9") == "printf %s '-n 100% \\n \u00e9'");
  CHECK(printf_of("@it's") == "printf %s '@it'\\''s'");
}

TEST_CASE("any other body is made by a format") {
  CHECK(printf_of("a\nb") == "printf 'a\\nb'");
  CHECK(printf_of("-\n%\\'") == "printf '\\055\\n%%\\\\'\\'''");
  CHECK(printf_of(std::string("\0001\x7f\t", 4)) == "printf '\\0001\\177\\011'");
  CHECK(printf_of("\u00e9\xff\xc3\n\u0085") == "printf '\u00e9\\377\\303\\n\\302\\205'");
}

TEST_CASE("curl does not say of its own that it sends a form") {
  CHECK(arguments_of(delivery("")) == "-H content-type: 'http://127.0.0.1:3000/in'");
  CHECK(arguments_of(delivery("", {{"content-type", ""}, {"x-a", " "}})) ==
        "-H 'content-type;' -H 'x-a;' 'http://127.0.0.1:3000/in'");
  CHECK(arguments_of(delivery(std::string((1 << 20) + 1, 'x'))) ==
        "-H content-type: -H expect: 'http://127.0.0.1:3000/in'");
}

TEST_CASE("methods, certificates and hostile header fields are arguments") {
  Delivery made = delivery("", {{"accept", "it's\t\x01"}, {"content-type", "a"}});
  made.method = "PUT";
  SenderOptions to = local;
  to.trust.verifies_certificate = false;
  to.trust.ca_file = "my ca.pem";
  CHECK(arguments_of(made, to) ==
        "-X 'PUT' --insecure --cacert 'my ca.pem' -H \"$(printf 'accept: it'\\''s\\011\\001')\" "
        "-H 'content-type: a' 'http://127.0.0.1:3000/in'");
}

TEST_CASE("a target that curl would change is asked for as it is") {
  Delivery made = delivery("");
  made.query = "a=%20&b=[1-3]";
  CHECK(arguments_of(made).ends_with(" --request-target '/in?a=%20&b=[1-3]' 'http://127.0.0.1:3000/'"));
  made.query = "";
  for (const char* path : {"/a/../b", "/.", "/a#b", "/{a}", "/\xff", "/a\\b"}) {
    made.path = path;
    CHECK_MESSAGE(arguments_of(made).find("--request-target") != std::string::npos, path);
  }
}
