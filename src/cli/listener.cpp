#include "cli/listener.hpp"

#include "cli/delivery_log.hpp"
#include "cli/demo.hpp"
#include "cli/exit_status.hpp"
#include "cli/ready_file.hpp"
#include "cli/recorder.hpp"
#include "cli/terminal.hpp"
#include "delivery/error.hpp"
#include "delivery/journal.hpp"
#include "delivery/line_reader.hpp"
#include "http/receiver.hpp"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

namespace farehook {

namespace {

using Milliseconds = std::chrono::milliseconds;

bool is_regular_file(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

constexpr const char* null_device = "/dev/null";

/// Where standard output goes; the null device, which keeps nothing, has its own name.
std::string output_name(int descriptor) {
  struct stat output {
  }, null{};
  const bool is_null = ::fstat(descriptor, &output) == 0 && ::stat(null_device, &null) == 0 &&
                       S_ISCHR(output.st_mode) && output.st_rdev == null.st_rdev;
  return is_null ? null_device : "standard output";
}

/// The memory is the journal itself: reads what it holds, and says what can't be read.
/// Ends early when it is asked to stop.
void remember_journal(const Journal& journal, Recorder& recorder, const Signals& signals,
                      Terminal& terminal) {
  size_t faults = 0, first_line = 0;
  std::string first_reason;
  for_each_line(journal.name(), Tail::leave, [&](const LineReader::Line& line) {
    auto read = from_line(line.text);
    if (auto* record = std::get_if<Record>(&read)) {
      recorder.remember(std::move(*record), journal.place(line.offset, line.text.size()));
    } else if (faults++ == 0) {
      first_line = line.number;
      first_reason = std::get<RecordFault>(read).reason;
    }
    return signals.stop_signal() == 0;
  });
  if (journal.closed_off_a_line())
    terminal.complain(journal.name() +
                      ": the last line was cut off; it is closed off, and records go on behind it");
  if (faults > 0)
    terminal.complain(journal.name() + ":" + std::to_string(first_line) + ": not a record (" + first_reason +
                      ")" + (faults == 1 ? "" : ", and " + std::to_string(faults - 1) + " more lines") +
                      "; passed over");
}

void say_hello(const ListenPlan& plan, const Receiver& receiver, const std::string& where, bool to_terminal,
               Terminal& terminal) {
  terminal.say("farehook listens on " + terminal.paint(Terminal::Color::bold, receiver.shown_url()) +
               ", records go to " + where);
  if (!plan.receiver.credentials.empty()) terminal.say("Senders are asked for user and password.");
  if (plan.receiver.tls && plan.receiver.tls->is_self_signed)
    terminal.say("The certificate is self-signed; its SHA-256 is " + receiver.fingerprint());
  if (const auto complaint = receiver.certificate_complaint())
    terminal.complain(*complaint + "; FareHarbor's production URL does not accept it");
  if (plan.forward) terminal.say("Each delivery is relayed to " + plan.forward->sender.endpoint.shown_url());
  if (to_terminal && !plan.demo)
    terminal.say(
        "Keep them with --append webhooks.jsonl: then one line a delivery stands here, not all its JSON.");
  if (where == null_device && !plan.demo) terminal.say("None is kept; --append webhooks.jsonl keeps them.");
  terminal.say(terminal.paint(Terminal::Color::dim, "^C ends it."));
}

/// What made a listener end.
enum class End { count, time, signal, closed_output, demo, failure };

class Listener {
 public:
  Listener(const ListenPlan& plan, Session& session)
      : plan_(plan),
        session_(session),
        terminal_(session.err, plan_.display.color, plan_.display.quiet),
        log_(terminal_, plan.forward ? plan.forward->sender.endpoint.shown_url() : "") {
    if (plan.forward) forwarder_.emplace(*plan.forward);
  }

  int run() {
    Journal out(session_.out, output_name(session_.out));
    std::optional<Journal> file;
    if (plan_.append) file.emplace(*plan_.append, plan_.sync);
    Journal& journal = file ? *file : out;
    Recorder recorder(journal, plan_.tee ? &out : nullptr, recorder_plan(), log_);
    Receiver receiver(
        plan_.receiver,
        [&](std::vector<Delivery> deliveries) { return recorder.take(std::move(deliveries)); },
        [this](const RefusedRequest& request) { log_.refused(request); });
    // The port is ours by now, and so is the file. Who connects meanwhile waits.
    ReadyFile ready(plan_.ready_file);
    if (file && is_regular_file(file->name())) remember_journal(*file, recorder, session_.signals, terminal_);
    if (session_.signals.stop_signal() != 0) return status_of(End::signal, recorder);
    receiver.start();
    ready.write(receiver.url(), receiver.has_secret_url());
    say_hello(plan_, receiver, journal.name(), prints_to_terminal(), terminal_);

    std::optional<Demo> demo;
    if (plan_.demo)
      demo.emplace(receiver.host(), receiver.port(), terminal_, [this] { session_.signals.wake(); });
    const End end = wait(recorder, receiver, ready, demo ? &*demo : nullptr);
    if (end == End::signal) terminal_.say("Finishing what is in the air; again to leave at once.");
    demo.reset();
    receiver.stop();
    ready.remove();
    if (end != End::closed_output) log_.summary(journal.name());
    if (end == End::demo && prints_to_terminal())
      terminal_.say("The story without the records: farehook listen --demo > demo.jsonl");
    return status_of(end, recorder);
  }

 private:
  Recorder::Respond respond() const {
    if (plan_.demo) return Demo::response;
    return [plan = plan_.respond](const Record& record) { return step_of(plan, record.attempt); };
  }

  Recorder::Plan recorder_plan() {
    Recorder::Plan plan;
    plan.respond = respond();
    plan.content = plan_.content;
    if (forwarder_) plan.relay = [this](const Delivery& delivery) { return forwarder_->relay(delivery); };
    plan.redaction = redaction_of(plan_.redact, plan_.append, terminal_);
    plan.only = plan_.only;
    plan.check = plan_.check;
    plan.count = plan_.count;
    plan.credentials = plan_.receiver.keeps_credentials ? Credentials::keep : Credentials::redact;
    plan.ended = [this] { session_.signals.wake(); };
    return plan;
  }

  bool prints_records() const { return !plan_.append || plan_.tee; }
  bool prints_to_terminal() const { return !plan_.append && ::isatty(session_.out) == 1; }

  End wait(Recorder& recorder, const Receiver& receiver, ReadyFile& ready, const Demo* demo) {
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    for (;;) {
      // The receiver's own failure wakes nobody: look once a second. Nor does the reader of a FIFO.
      auto patience = Milliseconds{ready.awaits_its_reader() ? 20 : 1000};
      if (plan_.timeout) {
        const auto left = *plan_.timeout - std::chrono::duration_cast<Milliseconds>(Clock::now() - begin);
        patience = std::clamp(left, Milliseconds{0}, patience);
      }
      // Of standard output only the end is asked for: its reader may be gone before the next record.
      pollfd awaited[] = {{session_.signals.descriptor(), POLLIN, 0},
                          {prints_records() ? session_.out : -1, 0, 0}};
      ::poll(awaited, 2, static_cast<int>(patience.count()));
      session_.signals.rest();
      if (ready.awaits_its_reader()) ready.write(receiver.url(), receiver.has_secret_url());
      if (session_.signals.stop_signal() != 0) return End::signal;
      if (session_.signals.take_reopen() && !reopen(recorder)) return End::signal;
      if (recorder.has_ended()) return recorder.has_count() && plan_.count ? End::count : End::closed_output;
      if ((awaited[1].revents & (POLLERR | POLLHUP)) != 0) return End::closed_output;
      if (demo != nullptr && demo->has_ended()) return End::demo;
      if (receiver.has_failed()) return End::failure;
      if (plan_.timeout && Clock::now() - begin >= *plan_.timeout) return End::time;
    }
  }

  /// Returns whether to go on: SIGHUP means log rotation, but to a program without a file, or whose terminal
  /// was closed, it means the end.
  bool reopen(Recorder& recorder) {
    pollfd terminal{session_.err, 0, 0};
    const bool is_hung_up =
        has_terminal_ && ::poll(&terminal, 1, 0) > 0 && (terminal.revents & (POLLHUP | POLLERR)) != 0;
    if (!plan_.append || is_hung_up) {
      session_.signals.ask_to_stop(SIGHUP);
      return false;
    }
    if (const auto error = recorder.reopen())
      terminal_.complain(*plan_.append + ": " + error.message() + "; records go on into the old file");
    else
      terminal_.say(*plan_.append + " is opened anew");
    return true;
  }

  int status_of(End end, const Recorder& recorder) const {
    const bool has_asked_for_end = plan_.count || plan_.timeout || plan_.demo;
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
        if (recorder.has_count()) break;
        terminal_.complain("--timeout was over before --count " + std::to_string(*plan_.count) +
                           " was reached");
        return exit_not_so;
      case End::count:
      case End::demo:
        break;
    }
    return recorder.is_failing() ? exit_could_not : exit_good;
  }

  const ListenPlan& plan_;
  Session& session_;
  /// When it began: a terminal that was closed is none any more.
  const bool has_terminal_ = ::isatty(session_.err) == 1;
  mutable Terminal terminal_;
  DeliveryLog log_;
  std::optional<Forwarder> forwarder_;
};

}  // namespace

int listen(const ListenPlan& plan, Session& session) { return Listener(plan, session).run(); }

}  // namespace farehook
