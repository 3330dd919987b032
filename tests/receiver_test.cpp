#include "http/receiver.hpp"

#include "delivery/error.hpp"
#include "http/sha256.hpp"
#include "loopback.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <thread>

using namespace farehook;
using namespace std::chrono_literals;

namespace {

/// A receiver on a free port that keeps what it is handed.
struct Receiving {
  explicit Receiving(ReceiverOptions options = {}, std::chrono::milliseconds slowness = 0ms)
      : receiver(
            with_free_port(std::move(options)),
            [this, slowness](std::vector<Delivery> taken) {
              ++taking;
              std::this_thread::sleep_for(slowness);
              const std::lock_guard lock(mutex);
              for (Delivery& each : taken) deliveries.push_back(std::move(each));
              return std::vector<Answer>(taken.size(), Answer{200, "the-id", ""});
            },
            [this](const RefusedRequest& request) {
              const std::lock_guard lock(mutex);
              refused.push_back(request);
            }) {
    receiver.start();
  }

  static ReceiverOptions with_free_port(ReceiverOptions options) {
    options.port = 0;
    return options;
  }

  std::string exchange(const std::string& request) const {
    const LoopbackClient client(receiver.port());
    client.send(request);
    return client.answer();
  }

  std::mutex mutex;
  std::vector<Delivery> deliveries;
  std::vector<RefusedRequest> refused;
  std::atomic<int> taking{0};
  Receiver receiver;
};

}  // namespace

TEST_CASE("a request is handed on whole and as it came") {
  Receiving receiving;
  const LoopbackClient client(receiving.receiver.port());
  client.send(post("{\"a\":1}",
                   "X-One: 1\r\nx-one: 2\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"));
  const std::string answer = client.answer();
  CHECK(status_of(answer) == 200);
  CHECK(answer.find("Farehook-Id: the-id\r\n") != std::string::npos);
  REQUIRE(receiving.deliveries.size() == 1);
  const Delivery& delivery = receiving.deliveries[0];
  CHECK(delivery.remote == "127.0.0.1:" + std::to_string(client.local_port()));
  CHECK(delivery.method == "POST");
  CHECK(delivery.path == "/hook");
  CHECK(delivery.query == "a=%41&b");
  CHECK(delivery.body == "{\"a\":1}");
  CHECK(delivery.body_sha256 == sha256("{\"a\":1}"));
  CHECK(delivery.headers == std::vector<Header>{{"host", "x"},
                                                {"x-one", "1, 2"},
                                                {"content-type", "application/json"},
                                                {"content-encoding", "gzip"},
                                                {"content-length", "7"}});
}

TEST_CASE("bodies that the library would decode are the bytes that came") {
  Receiving receiving;
  const std::string part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n";
  CHECK(status_of(receiving.exchange(post(part, "Content-Type: multipart/form-data; boundary=b\r\n"))) ==
        200);
  CHECK(status_of(receiving.exchange(post("\x1f\x8b not gzip", "Content-Encoding: gzip\r\n"))) == 200);
  const std::string form = "a=" + std::string(20'000, 'x');
  CHECK(status_of(receiving.exchange(post(form, "Content-Type: application/x-www-form-urlencoded\r\n"))) ==
        200);
  CHECK(status_of(receiving.exchange(post("", "Range: bytes=0-1\r\n"))) == 200);
  REQUIRE(receiving.deliveries.size() == 4);
  CHECK(receiving.deliveries[0].body == part);
  CHECK(receiving.deliveries[1].body == "\x1f\x8b not gzip");
  CHECK(receiving.deliveries[2].body == form);
  CHECK(receiving.deliveries[3].body.empty());
}

TEST_CASE("a chunked body is joined and one with a broken chunk is not stored") {
  Receiving receiving;
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  CHECK(status_of(receiving.exchange(head + "4\r\n{\"a\"\r\n3\r\n:1}\r\n0\r\n\r\n")) == 200);
  CHECK(status_of(receiving.exchange(head + "4\r\n{\"a\"XX3\r\n:1}\r\n0\r\n\r\n")) >= 400);
  const LoopbackClient negative(receiving.receiver.port());
  negative.send(head + "-2\r\n{}\r\n0\r\n\r\n");
  negative.half_close();
  CHECK(status_of(negative.answer()) != 200);
  REQUIRE(receiving.deliveries.size() == 1);
  CHECK(receiving.deliveries[0].body == "{\"a\":1}");
}

TEST_CASE("what is not wanted is refused and told") {
  ReceiverOptions options;
  options.path = "/hook";
  options.max_body_bytes = 10;
  Receiving receiving(options);
  const auto get = receiving.exchange("GET /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  CHECK(status_of(get) == 405);
  CHECK(get.find("Allow: POST\r\n") != std::string::npos);
  CHECK(status_of(receiving.exchange("POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")) ==
        404);
  CHECK(status_of(receiving.exchange(post(std::string(11, 'x')))) == 413);
  CHECK(
      status_of(receiving.exchange(
          "POST /hook HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 99999999999\r\n\r\n")) ==
      413);
  CHECK(status_of(receiving.exchange(
            "POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}")) == 400);
  CHECK(status_of(receiving.exchange("nonsense\r\n\r\n")) == 400);
  std::string many;
  for (int i = 0; i < 200; ++i) many += "A" + std::to_string(i) + ": 1\r\n";
  CHECK(status_of(receiving.exchange(post("{}", many))) >= 400);
  CHECK(status_of(receiving.exchange(post("{}"))) == 200);
  CHECK(receiving.deliveries.size() == 1);
  CHECK(receiving.refused.size() == 7);
}

TEST_CASE("a query that is asked for is compared by name and value and not recorded") {
  ReceiverOptions options;
  options.path = "/hook?key=S%2f1&b";
  Receiving receiving(options);
  const auto status = [&](const std::string& target) {
    return status_of(
        receiving.exchange("POST " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"));
  };
  CHECK(status("/hook?key=S%2f1&b") == 200);
  CHECK(status("/hook?a=1&b=&%6Bey=S/1&key=2&") == 200);
  for (const char* target :
       {"/hook", "/hook?", "/hook?b", "/hook?key=S%2f1", "/hook?key=S%2f12&b", "/hook?key=S%2f&b",
        "/hook?key&b", "/hook?KEY=S/1&b", "/other?key=S/1&b", "/hook?b&xkey=S/1"})
    CHECK_MESSAGE(status(target) == 404, target);
  REQUIRE(receiving.deliveries.size() == 2);
  CHECK(receiving.deliveries[0].query == "key=[redacted]&b=[redacted]");
  CHECK(receiving.deliveries[1].query == "a=1&b=[redacted]&%6Bey=[redacted]&key=[redacted]&");
  const std::string origin = "http://127.0.0.1:" + std::to_string(receiving.receiver.port());
  CHECK(receiving.receiver.url() == origin + "/hook?key=S%2f1&b");
  CHECK(receiving.receiver.shown_url() == origin + "/hook?key=[redacted]&b=[redacted]");
  CHECK(receiving.receiver.has_secret_url());

  // Nor in what is told of requests that can't be understood.
  receiving.exchange("POST /hook?key=S/1 HTTP/1.1\r\nContent-Length: x\r\n\r\n{}");
  REQUIRE(!receiving.refused.empty());
  for (const RefusedRequest& refused : receiving.refused) CHECK(refused.path.find('?') == std::string::npos);
}

TEST_CASE("a query that is asked for is recorded where credentials are kept") {
  ReceiverOptions options;
  options.path = "/hook?a=%41";
  options.keeps_credentials = true;
  Receiving receiving(options);
  CHECK(status_of(receiving.exchange(post("{}"))) == 200);
  REQUIRE(receiving.deliveries.size() == 1);
  CHECK(receiving.deliveries[0].query == "a=%41&b");
}

TEST_CASE("user and password are asked for after method and path") {
  ReceiverOptions options;
  options.path = "/hook";
  options.credentials = "harbor:tide: and ebb";  // aGFyYm9yOnRpZGU6IGFuZCBlYmI=
  options.max_body_bytes = 10;
  Receiving receiving(options);
  const auto status = [&](const std::string& field) {
    return status_of(receiving.exchange(post("{}", field)));
  };
  CHECK(status("Authorization: Basic aGFyYm9yOnRpZGU6IGFuZCBlYmI=\r\n") == 200);
  CHECK(status("AUTHORIZATION: bAsIc  aGFyYm9yOnRpZGU6IGFuZCBlYmI=\r\n") == 200);
  for (const char* value :
       {"Basic", "Basic ", "aGFyYm9yOnRpZGU6IGFuZCBlYmI=", "Bearer aGFyYm9yOnRpZGU6IGFuZCBlYmI=",
        "Basic aGFyYm9yOnRpZGU6IGFuZCBlYmI",
        "Basic aGFyYm9yOnRpZGU6IGFuZCBlYmJ=", "Basic aGFyYm9yOnRpZGU6IGFuZCBlYm",
        "Basic aGFyYm9yOnRpZGU=", "Basic harbor:tide: and ebb", "Basic aGFyYm9yOnRpZGU6IGFuZCBlYmI= x"})
    CHECK_MESSAGE(status(std::string("Authorization: ") + value + "\r\n") == 401, value);
  CHECK(status("Authorization: Basic aGFyYm9yOnRpZGU6IGFuZCBlYmI=\r\nAuthorization: Basic x\r\n") == 401);

  const std::string asked = receiving.exchange(post(std::string(11, 'x')));
  CHECK(status_of(asked) == 401);
  CHECK(asked.find("WWW-Authenticate: Basic realm=\"farehook\", charset=\"UTF-8\"\r\n") != std::string::npos);
  CHECK(status_of(receiving.exchange("POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")) ==
        404);
  CHECK(status_of(receiving.exchange("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")) == 405);
  CHECK(receiving.deliveries.size() == 2);
  CHECK(receiving.refused.size() == 14);
}

TEST_CASE("an answer has the header fields and the body that it is given") {
  Answer answer{200, "the-id", ""};
  answer.content = {{{"retry-after", "5"}, {"x-one", "1"}}, "{\"ok\": true}", "application/json"};
  ReceiverOptions options;
  options.port = 0;
  Receiver receiver(
      options, [&](const std::vector<Delivery>& taken) { return std::vector<Answer>(taken.size(), answer); },
      [](const RefusedRequest&) {});
  receiver.start();
  const auto exchanged = [&](const std::string& field = "") {
    const LoopbackClient client(receiver.port());
    client.send(post("{}", field));
    return client.answer();
  };
  for (const char* field : {"", "Connection: close\r\n"}) {
    const std::string got = exchanged(field);
    CHECK(got.find("retry-after: 5\r\n") != std::string::npos);
    CHECK(got.find("x-one: 1\r\n") != std::string::npos);
    CHECK(got.find("Content-Type: application/json\r\n") != std::string::npos);
    CHECK(got.find("\r\n\r\n{\"ok\": true}") != std::string::npos);
    CHECK(got.find("stored") == std::string::npos);
  }
  answer.status = 204;
  const std::string empty = exchanged();
  CHECK(status_of(empty) == 204);
  CHECK(empty.find("x-one: 1\r\n") != std::string::npos);
  CHECK(empty.ends_with("\r\n\r\n"));
  answer = {200, "", "", std::chrono::milliseconds{0}, false, {{}, "fine", ""}};
  const std::string plain = exchanged();
  CHECK(plain.find("Content-Type: text/plain\r\n") != std::string::npos);
  CHECK(plain.ends_with("\r\n\r\nfine"));
}

TEST_CASE("each answer has its own id, whatever was answered before it") {
  std::vector<Answer> answers;
  for (const auto& [status, message] : {std::pair(200, ""), {200, "a message"}, {503, "a-2"}, {503, ""}})
    for (const char* id : {"a-1", "a-2", "a-2", "a-345", "", "b", "a-3"})
      answers.push_back({status, id, message});
  std::atomic<size_t> next{0};
  ReceiverOptions options;
  options.port = 0;
  Receiver receiver(
      options, [&](const std::vector<Delivery>&) { return std::vector<Answer>{answers[next++]}; },
      [](const RefusedRequest&) {});
  receiver.start();
  const LoopbackClient client(receiver.port());
  for (const Answer& each : answers) {
    client.send(post("{}"));
    const std::string got = client.answer();
    CHECK(status_of(got) == each.status);
    CHECK((got.find("Farehook-Id: " + each.id + "\r\n") != std::string::npos) == !each.id.empty());
    CHECK((got.find("Farehook-Id") != std::string::npos) == !each.id.empty());
    CHECK(got.ends_with("\r\n\r\n" + (each.message.empty() ? "" : each.message + "\n")));
  }
}

TEST_CASE("a refusal keeps its connection only when the whole body was read") {
  ReceiverOptions options;
  options.path = "/hook";
  Receiving receiving(options);
  const LoopbackClient client(receiving.receiver.port());
  const std::string inner = post("{\"smuggled\":1}");
  client.send("POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(inner.size()) +
              "\r\n\r\n" + inner);
  CHECK(status_of(client.answer()) == 404);
  client.send(post("{}"));
  CHECK(status_of(client.answer()) == 200);
  client.send("POST /other HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n" + inner);
  CHECK(status_of(client.answer()) == 404);
  CHECK(client.answer() == "[closed]");
  REQUIRE(receiving.deliveries.size() == 1);
  CHECK(receiving.deliveries[0].body == "{}");
}

TEST_CASE("a body that breaks off is not stored") {
  Receiving receiving;
  const LoopbackClient client(receiving.receiver.port());
  client.send("POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"a\":1}");
  client.half_close();
  const std::string answer = client.answer();
  CHECK(status_of(answer) != 200);
  receiving.receiver.stop();
  CHECK(receiving.deliveries.empty());
}

TEST_CASE("a client that takes too long for a request is cut") {
  ReceiverOptions options;
  options.request_deadline = 300ms;
  Receiving receiving(options);
  const LoopbackClient client(receiving.receiver.port());
  client.send("POST /hook HTTP/1.1\r\nHost: x");
  const auto begin = std::chrono::steady_clock::now();
  CHECK(status_of(client.answer()) == 408);
  CHECK(client.answer() == "[closed]");
  CHECK(std::chrono::steady_clock::now() - begin < 10s);
  CHECK(status_of(receiving.exchange(post("{}"))) == 200);
}

TEST_CASE("stop waits for requests in the air and not for idle connections") {
  Receiving receiving({}, 500ms);
  const LoopbackClient idle(receiving.receiver.port()), busy(receiving.receiver.port());
  busy.send(post("{}"));
  while (receiving.taking == 0) std::this_thread::yield();
  const auto begin = std::chrono::steady_clock::now();
  receiving.receiver.stop();
  CHECK(std::chrono::steady_clock::now() - begin < 10s);
  CHECK(receiving.deliveries.size() == 1);
  CHECK(status_of(busy.answer()) == 200);
}

TEST_CASE("a port is taken by one listener only") {
  const Receiving first;
  ReceiverOptions options;
  options.port = first.receiver.port();
  const auto nobody = [](const std::vector<Delivery>& taken) { return std::vector<Answer>(taken.size()); };
  CHECK_THROWS_WITH_AS(Receiver(options, nobody, [](const RefusedRequest&) {}),
                       doctest::Contains("port already in use"), Error);
}

TEST_CASE("many clients at once are all answered and all stored") {
  Receiving receiving;
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int c = 0; c < 32; ++c)
    clients.emplace_back([&, c] {
      const LoopbackClient client(receiving.receiver.port());
      for (int i = 0; i < 50; ++i) {
        client.send(post("{\"c\":" + std::to_string(c) + ",\"i\":" + std::to_string(i) + "}"));
        if (status_of(client.answer()) == 200) ++answered;
      }
    });
  for (auto& client : clients) client.join();
  receiving.receiver.stop();
  CHECK(answered == 1600);
  CHECK(receiving.deliveries.size() == 1600);
}
