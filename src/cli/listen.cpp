#include "booking/event.hpp"
#include "cli/command.hpp"
#include "cli/delivery_log.hpp"
#include "cli/demo.hpp"
#include "cli/exit_status.hpp"
#include "cli/options.hpp"
#include "cli/recorder.hpp"
#include "cli/terminal.hpp"
#include "delivery/error.hpp"
#include "delivery/journal.hpp"
#include "delivery/line_reader.hpp"
#include "http/receiver.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <memory>

namespace farehook {

namespace {

using Milliseconds = std::chrono::milliseconds;

struct ListenOptions {
  ReceiverOptions receiver;
  std::optional<Milliseconds> request_timeout;
  std::optional<std::string> append;
  bool tee = false;
  bool sync = false;
  bool check = false;
  AnswerPlan respond{AnswerStep{}};
  std::optional<uint64_t> count;
  std::optional<Milliseconds> timeout;
  std::optional<std::string> ready_file;
  bool demo = false;
  bool has_port = false;
  DisplayOptions display;
};

void add_options(CLI::App& listen, ListenOptions& options) {
  const char* const where = "Where it listens";
  add_text(listen, "--host", "HOST", options.receiver.host, "Name or address to listen on [127.0.0.1]")
      ->group(where);
  add_number(
      listen, "--port", 0, 65535, "a port (0 to 65535)",
      [&options](uint64_t port) {
        options.receiver.port = static_cast<int>(port);
        options.has_port = true;
      },
      "Port to listen on; 0: any that is free [8080]")
      ->group(where);
  add_text(listen, "--path", "PATH", options.receiver.path, "The only path that is taken; the rest gets 404")
      ->group(where)
      ->check([](const std::string& path) {
        const bool fits = path.starts_with('/') && path.find_first_of("?# ") == std::string::npos;
        return fits ? "" : "\"" + path + "\" is not a path such as /webhooks";
      });
  add_text(listen, "--ready-file", "FILE", options.ready_file,
           "File that holds the URL as long as it listens")
      ->group(where);

  const char* const records = "Where records go";
  CLI::Option* append =
      add_text(listen, "--append", "FILE", options.append, "File to append records to [standard output]")
          ->group(records);
  listen.add_flag("--tee", options.tee, "Print the records too")->group(records)->needs(append);
  listen.add_flag("--sync", options.sync, "Answer when the record is on the disk")
      ->group(records)
      ->needs(append);

  listen.add_flag("--check", options.check, "Check each body as validate does; findings go into its record")
      ->group(records);

  const char* const answers = "What is taken, and the answer";
  add_value(
      listen, "--respond", "PLAN",
      [&options](const std::string& text) {
        const auto plan = parse_answer_plan(text);
        if (!plan)
          throw CLI::ValidationError(
              "--respond",
              "\"" + text + "\" is no status and no plan such as 500x2,drop,hang:10s,204@2s,200");
        options.respond = *plan;
      },
      "Answers, attempt by attempt: 500, or 500x2,drop,200 [200]")
      ->group(answers);
  add_size(listen, "--max-body", options.receiver.max_body_bytes, "Largest body that is taken [8MiB]")
      ->group(answers);
  add_number(
      listen, "--max-connections", 1, 4096, "a number of connections (1 to 4096)",
      [&options](uint64_t count) { options.receiver.max_connections = count; },
      "Connections served at once [512]")
      ->group(answers);
  add_duration(listen, "--request-timeout", options.request_timeout, "Time to send a whole request in [30s]")
      ->group(answers);

  const char* const end = "When it ends";
  add_number(
      listen, "--count", 1, UINT64_MAX, "a number of deliveries (1 or more)",
      [&options](uint64_t count) { options.count = count; }, "End when N deliveries are stored")
      ->group(end);
  add_duration(listen, "--timeout", options.timeout,
               "End after this time; before --count is met, exit with 1")
      ->group(end);
  listen.add_flag("--demo", options.demo, "Show it: a built-in sender posts a booking's life to a free port")
      ->group(end);
  add_display(listen, options.display);
  listen.footer(
      "Example: farehook listen --append webhooks.jsonl\n"
      "         farehook listen | jq -c '{event, booking, attempt}'");
}

/// The URL, written in one go: whoever sees the file sees all of it.
void write_ready_file(const std::string& path, const std::string& url) {
  const auto fail = [&path] { throw Error(path + ": " + std::generic_category().message(errno)); };
  struct stat status {};
  const bool is_special = ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
  const std::string written = is_special ? path : path + "." + std::to_string(::getpid());
  const int file = ::open(written.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) fail();
  const std::string text = url + "\n";
  const bool is_written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (::close(file) != 0 || !is_written) fail();
  if (!is_special && ::rename(written.c_str(), path.c_str()) != 0) fail();
}

/// It is there as long as somebody listens. One of a run that was killed would speak of a port that nobody
/// listens on.
void remove_ready_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode)) ::unlink(path.c_str());
}

bool is_regular_file(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

/// The memory is the journal itself: reads what it holds, and says what can't be read.
void remember_journal(const Journal& journal, Recorder& recorder, Terminal& terminal) {
  size_t faults = 0, first_line = 0;
  std::string first_reason;
  for_each_line(journal.name(), Tail::leave, [&](size_t number, std::string_view line) {
    auto read = from_line(line);
    if (const auto* record = std::get_if<Record>(&read)) {
      recorder.remember(*record);
    } else if (faults++ == 0) {
      first_line = number;
      first_reason = std::get<RecordFault>(read).reason;
    }
  });
  if (journal.closed_off_a_line())
    terminal.complain(journal.name() +
                      ": the last line was cut off; it is closed off, and records go on behind it");
  if (faults > 0)
    terminal.complain(journal.name() + ":" + std::to_string(first_line) + ": not a record (" + first_reason +
                      ")" + (faults == 1 ? "" : ", and " + std::to_string(faults - 1) + " more lines") +
                      "; passed over");
}

void say_hello(const ListenOptions& options, const std::string& url, const std::string& where,
               bool to_terminal, Terminal& terminal) {
  terminal.say("farehook listens on " + terminal.paint(Terminal::Color::bold, url) + ", records go to " +
               where);
  if (to_terminal && !options.demo)
    terminal.say(
        "Keep them with --append webhooks.jsonl: then one line a delivery stands here, not all its JSON.");
  terminal.say(terminal.paint(Terminal::Color::dim, "^C ends it."));
}

/// What made a listener end.
enum class End { count, time, signal, closed_output, demo, failure };

class Listener {
 public:
  Listener(ListenOptions options, Session& session)
      : options_(std::move(options)),
        session_(session),
        terminal_(session.err, options_.display.color, options_.display.quiet),
        log_(terminal_) {}

  int run() {
    if (options_.ready_file) remove_ready_file(*options_.ready_file);
    Journal out(session_.out, "standard output");
    std::optional<Journal> file;
    if (options_.append) file.emplace(*options_.append, options_.sync);
    Journal& journal = file ? *file : out;
    Recorder recorder(journal, options_.tee ? &out : nullptr,
                      {respond(), options_.check, options_.count, [this] { session_.signals.wake(); }}, log_);
    if (file && is_regular_file(file->name())) remember_journal(*file, recorder, terminal_);

    Receiver receiver(
        options_.receiver, [&](Delivery delivery) { return recorder.take(std::move(delivery)); },
        [this](const RefusedRequest& request) { log_.refused(request); });
    receiver.start();
    if (options_.ready_file) write_ready_file(*options_.ready_file, receiver.url());
    say_hello(options_, receiver.url(), journal.name(), prints_to_terminal(), terminal_);

    std::optional<Demo> demo;
    if (options_.demo)
      demo.emplace(receiver.host(), receiver.port(), terminal_, [this] { session_.signals.wake(); });
    const End end = wait(recorder, receiver, demo ? &*demo : nullptr);
    if (end == End::signal) terminal_.say("Finishing what is in the air; again to leave at once.");
    demo.reset();
    receiver.stop();
    if (options_.ready_file) remove_ready_file(*options_.ready_file);
    if (end != End::closed_output) log_.summary(journal.name());
    if (end == End::demo && prints_to_terminal())
      terminal_.say("The story without the records: farehook listen --demo > demo.jsonl");
    return status_of(end, recorder);
  }

 private:
  Recorder::Respond respond() const {
    if (options_.demo) return Demo::response;
    return [plan = options_.respond](const Record& record) { return step_of(plan, record.attempt); };
  }

  bool prints_records() const { return !options_.append || options_.tee; }
  bool prints_to_terminal() const { return !options_.append && ::isatty(session_.out) == 1; }

  End wait(Recorder& recorder, const Receiver& receiver, const Demo* demo) {
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    for (;;) {
      // The receiver's own failure wakes nobody: look once a second.
      auto patience = Milliseconds{1000};
      if (options_.timeout) {
        const auto left = *options_.timeout - std::chrono::duration_cast<Milliseconds>(Clock::now() - begin);
        patience = std::clamp(left, Milliseconds{0}, patience);
      }
      // Of standard output only the end is asked for: its reader may be gone before the next record.
      pollfd awaited[] = {{session_.signals.descriptor(), POLLIN, 0},
                          {prints_records() ? session_.out : -1, 0, 0}};
      ::poll(awaited, 2, static_cast<int>(patience.count()));
      session_.signals.rest();
      if (session_.signals.stop_signal() != 0) return End::signal;
      if (session_.signals.take_reopen() && !reopen(recorder)) return End::signal;
      if (recorder.has_ended())
        return recorder.has_count() && options_.count ? End::count : End::closed_output;
      if ((awaited[1].revents & (POLLERR | POLLHUP)) != 0) return End::closed_output;
      if (demo != nullptr && demo->has_ended()) return End::demo;
      if (receiver.has_failed()) return End::failure;
      if (options_.timeout && Clock::now() - begin >= *options_.timeout) return End::time;
    }
  }

  /// Returns whether to go on: SIGHUP means log rotation, but to a program without a file, or whose terminal
  /// was closed, it means the end.
  bool reopen(Recorder& recorder) {
    pollfd terminal{session_.err, 0, 0};
    const bool is_hung_up = ::poll(&terminal, 1, 0) > 0 && (terminal.revents & (POLLHUP | POLLERR)) != 0;
    if (!options_.append || is_hung_up) {
      session_.signals.ask_to_stop(SIGHUP);
      return false;
    }
    if (const auto error = recorder.reopen())
      terminal_.complain(*options_.append + ": " + error.message() + "; records go on into the old file");
    else
      terminal_.say(*options_.append + " is opened anew");
    return true;
  }

  int status_of(End end, const Recorder& recorder) const {
    const bool has_asked_for_end = options_.count || options_.timeout || options_.demo;
    switch (end) {
      case End::failure:
        terminal_.complain("the system gives no more connections");
        return exit_could_not;
      case End::closed_output:
        return exit_good;
      case End::signal:
        if (has_asked_for_end) return exit_signal_base + session_.signals.stop_signal();
        break;
      case End::time:
        if (!recorder.has_count()) return exit_not_so;
        break;
      case End::count:
      case End::demo:
        break;
    }
    return recorder.is_failing() ? exit_could_not : exit_good;
  }

  const ListenOptions options_;
  Session& session_;
  mutable Terminal terminal_;
  DeliveryLog log_;
};

}  // namespace

Command add_listen(CLI::App& app) {
  auto options = std::make_shared<ListenOptions>();
  CLI::App* listen = app.add_subcommand("listen", "Receive webhooks; print them, or append them to a file");
  add_options(*listen, *options);
  return {listen, [options](Session& session) {
            if (options->demo && !options->has_port) options->receiver.port = 0;
            if (options->request_timeout) options->receiver.request_deadline = *options->request_timeout;
            return Listener(*options, session).run();
          }};
}

}  // namespace farehook
