#include "cli/replayer.hpp"

#include "cli/attempt_line.hpp"
#include "cli/curl_command.hpp"
#include "cli/exit_status.hpp"
#include "cli/file_identity.hpp"
#include "cli/json_finding.hpp"
#include "cli/output.hpp"
#include "cli/record_redaction.hpp"
#include "cli/record_source.hpp"
#include "cli/send_display.hpp"
#include "delivery/end_to_end.hpp"
#include "delivery/error.hpp"
#include "delivery/journal.hpp"

#include <sys/stat.h>

#include <atomic>
#include <deque>
#include <exception>
#include <map>
#include <mutex>

namespace farehook {

namespace {

/// How far a replay has come: behind which record all is still to do.
class Progress {
 public:
  void begun(std::string id) { open_.push_back({std::move(id), false}); }

  void finished(uint64_t number) {
    open_[number - first_].is_finished = true;
    for (; !open_.empty() && open_.front().is_finished; ++first_, open_.pop_front()) last_ = open_.front().id;
  }

  /// The last record up to which all have met their outcome; "" if there is none.
  const std::string& last() const { return last_; }

 private:
  struct Entry {
    std::string id;
    bool is_finished;
  };
  std::deque<Entry> open_;
  uint64_t first_ = 0;
  std::string last_;
};

uint64_t size_of(const std::vector<Input>& inputs) {
  uint64_t total = 0;
  struct stat status {};
  for (const Input& input : inputs) {
    if (input.is_standard_input || ::stat(input.name.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
      return 0;
    total += static_cast<uint64_t>(status.st_size);
  }
  return total;
}

/// What fails would be read, and sent, again and again; a report would take the place of an input. Throws
/// Error.
void refuse_mixed_files(const ReplayPlan& plan, const std::vector<Input>& inputs, int standard_input) {
  std::vector<std::pair<std::string, std::string>> outputs;  // options and their files
  if (plan.failed_out) outputs.emplace_back("--failed-out", *plan.failed_out);
  for (const ReportRequest& request : plan.reports)
    if (!request.file.empty()) outputs.emplace_back("--report", request.file);
  for (auto output = outputs.begin(); output != outputs.end(); ++output) {
    const auto& [option, path] = *output;
    const auto identity = identity_of(path);
    if (!identity) continue;
    for (const Input& input : inputs)
      if ((input.is_standard_input ? identity_of(standard_input) : identity_of(input.name)) == identity)
        throw Error(path + ": " + option + " is one of the inputs");
    for (auto before = outputs.begin(); before != output; ++before)
      if (identity_of(before->second) == identity)
        throw Error(path + ": " + before->first + " and " + option + " would mix in it");
  }
}

class Replayer {
 public:
  Replayer(const ReplayPlan& plan, Session& session)
      : plan_(plan),
        session_(session),
        terminal_(session.err, plan.display.color, plan.display.quiet),
        output_(session.out),
        endpoint_(plan.sending.sender.endpoint),
        display_(terminal_, endpoint_.shown_url()),
        redaction_(redaction_of(plan.redact, std::nullopt, terminal_)),
        pace_(plan.pace) {}

  int run() {
    const auto inputs = inputs_of(plan_.inputs, [this](const std::string& what) { complain(what); });
    if (plan_.sends()) open_outputs(inputs);
    total_bytes_ = size_of(inputs) * plan_.repeat;
    if (!plan_.sends()) {
      read(inputs);
      return status();
    }
    sending_.emplace(plan_.sending, session_, terminal_,
                     [this](const Dispatch& dispatch, const Attempt& attempt, Outcome outcome) {
                       told(dispatch, attempt, outcome);
                     });
    sending_->run([&] { read(inputs); }, [this] { show_progress(); });
    terminal_.show_status("");
    const uint64_t dropped = sent_ - display_.finished();
    if (failure_) std::rethrow_exception(failure_);
    for (const auto& report : reports_) report->finish();
    if (output_.has_lost_its_reader()) return status();
    if (display_.finished() > 0 || not_read_ == 0) display_.summarize(dropped);
    if (!session_.signals.has_been_asked()) return status();
    if (!progress_.last().empty())
      terminal_.complain("stopped; to go on where it stopped: --after '" + printable(progress_.last()) + "'");
    return exit_signal_base + session_.signals.stop_signal();
  }

 private:
  void open_outputs(const std::vector<Input>& inputs) {
    refuse_mixed_files(plan_, inputs, session_.in);
    for (const ReportRequest& request : plan_.reports)
      reports_.push_back(make_delivery_report(request, session_.err));
    if (plan_.failed_out) failed_out_.emplace(*plan_.failed_out, false);
  }

  void complain(const std::string& what) {
    terminal_.complain(what);
    ++not_read_;
  }

  void show_progress() {
    const std::lock_guard lock(display_mutex_);
    // Of what is read not all has been sent: behind a pace, or a slow receiver.
    const double read =
        static_cast<double>(read_bytes_) / static_cast<double>(std::max<uint64_t>(total_bytes_, 1));
    const double sent =
        static_cast<double>(display_.finished()) / static_cast<double>(std::max<uint64_t>(sent_, 1));
    display_.progress(total_bytes_ == 0 ? -1 : read * sent);
  }

  void read(const std::vector<Input>& inputs) {
    for (uint64_t round = 0; round < plan_.repeat; ++round) {
      pace_.begin_round();
      for (const Input& input : inputs) {
        pace_.begin_input();
        try {
          read_input(input, session_, [this](const InputText& text) {
            read_bytes_ += text.text.size() + 1;
            return take(text);
          });
        } catch (const Error& error) {
          if (output_.has_failed()) throw;
          complain(error.what());
        }
        if (has_enough_ || session_.signals.has_been_asked()) return;
      }
    }
    if (plan_.after && !has_begun_) complain("--after: no record has the id " + *plan_.after);
    if (sent_ == 0 && not_read_ == 0 && plan_.after)
      terminal_.say("Nothing is left behind " + printable(*plan_.after) + ".");
    else if (sent_ == 0 && not_read_ == 0)
      complain("nothing was sent: the inputs hold no delivery that is selected");
  }

  /// Returns whether there is more to take.
  bool take(const InputText& text) {
    auto read = source_.record_of(text);
    if (const auto* fault = std::get_if<RecordFault>(&read)) {
      complain(text.place() + ": not a record (" + fault->reason + "), and not sent");
      return true;
    }
    auto& [record, is_payload] = std::get<FoundRecord>(read);
    if (plan_.after && !has_begun_) {
      has_begun_ = record.delivery.id == *plan_.after;
      return true;
    }
    if (!plan_.selection.selects(record)) return true;
    if (!shape(record, text)) return true;
    const auto received_at = is_payload ? std::nullopt : std::optional(record.delivery.received_at);
    has_enough_ = !send(std::move(record), received_at, text) || (plan_.limit && sent_ >= *plan_.limit);
    return !has_enough_;
  }

  /// Makes the request what the plan wants it to be. Returns whether that can be.
  bool shape(Record& record, const InputText& text) {
    if (!edit(record, text)) return false;
    if (redaction_ && !record.redacted) record = redacted(std::move(record), *redaction_);
    return true;
  }

  bool edit(Record& record, const InputText& text) {
    if (plan_.edits.empty()) return true;
    std::string& body = record.delivery.body;
    const Facts before = facts_of(body);
    for (const JsonEdit& edit : plan_.edits) {
      auto edited = with_edit(body, edit);
      if (!edited) {
        complain(text.place() + ": --set " + edit.pointer +
                 ": there is no such place in the body, which is not sent");
        return false;
      }
      body = std::move(*edited);
    }
    source_.know_edited(record, before);
    return true;
  }

  bool send(Record record, std::optional<Timestamp> received_at, const InputText& text) {
    if (plan_.print) return print(to_line(record, Credentials::keep));
    Dispatch dispatch;
    dispatch.number = sent_;
    dispatch.order_key = record.booking.value_or("");
    dispatch.due = pace_.next_due(received_at);
    std::string line = failed_out_ ? to_line(record, Credentials::keep) : "";
    const bool keeps_path = plan_.keeps_path && has_own_path(record.delivery);
    dispatch.delivery =
        addressed_to(endpoint_, std::move(record.delivery), keeps_path, plan_.sending.headers);
    dispatch.source = text.place();
    if (const auto part = unsendable_part(dispatch.delivery)) {
      complain(dispatch.source + ": " + printable(*part) + " can't be sent, and the record is not");
      return true;
    }
    if (plan_.dry_run) return print(line_of_dry_run(dispatch));
    if (plan_.curl) return print(curl_command(dispatch.delivery, plan_.sending.sender));
    ++sent_;
    {
      const std::lock_guard lock(display_mutex_);
      progress_.begun(dispatch.delivery.id);
      if (failed_out_) pending_.emplace(dispatch.number, std::move(line));
    }
    return sending_->send(std::move(dispatch));
  }

  bool print(const std::string& line) {
    ++sent_;
    output_.write(line);
    return !output_.has_lost_its_reader();
  }

  std::string line_of_dry_run(const Dispatch& dispatch) const {
    nlohmann::ordered_json line{{"id", dispatch.delivery.id}};
    if (!endpoint_.host.empty()) line["url"] = endpoint_.shown_url(dispatch.delivery.target());
    line["method"] = dispatch.delivery.method;
    line["body_bytes"] = dispatch.delivery.body.size();
    return dump(line) + "\n";
  }

  /// Called by the courier, one at a time.
  void told(const Dispatch& dispatch, const Attempt& attempt, Outcome outcome) {
    const std::lock_guard lock(display_mutex_);
    try {
      output_.write(line_of(dispatch, endpoint_.shown_url(dispatch.delivery.target()), attempt, outcome));
      display_.attempted(attempt, outcome);
      if (outcome == Outcome::retry) return;
      progress_.finished(dispatch.number);
      for (const auto& report : reports_) report->add(dispatch, attempt, outcome);
      keep_if_failed(dispatch.number, outcome);
    } catch (const Error&) {
      if (!failure_) failure_ = std::current_exception();
    }
    if (failure_ || output_.has_lost_its_reader()) sending_->stop();
  }

  void keep_if_failed(uint64_t number, Outcome outcome) {
    if (!failed_out_) return;
    const auto line = pending_.extract(number);
    if (outcome != Outcome::failed) return;
    if (const auto error = failed_out_->append(line.mapped()))
      throw Error(failed_out_->name() + ": " + error.message());
  }

  int status() const {
    if (not_read_ > 0) return exit_could_not;
    return display_.failed() > 0 ? exit_not_so : exit_good;
  }

  const ReplayPlan& plan_;
  Session& session_;
  Terminal terminal_;
  Output output_;
  const Endpoint& endpoint_;
  SendDisplay display_;
  std::vector<std::unique_ptr<DeliveryReport>> reports_;
  std::optional<Journal> failed_out_;

  RecordSource source_;
  const std::shared_ptr<const Redaction> redaction_;
  Pace pace_;
  bool has_begun_ = false, has_enough_ = false;
  std::atomic<uint64_t> sent_{0};
  uint64_t not_read_ = 0;
  uint64_t total_bytes_ = 0;
  std::atomic<uint64_t> read_bytes_{0};

  std::mutex display_mutex_;  ///< for what the courier's thread and the attendant share, below and display_
  Progress progress_;
  std::map<uint64_t, std::string> pending_;  ///< lines of what is on its way, for --failed-out
  std::exception_ptr failure_;

  std::optional<Sending> sending_;
};

}  // namespace

int replay(const ReplayPlan& plan, Session& session) { return Replayer(plan, session).run(); }

}  // namespace farehook
