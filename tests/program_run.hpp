#pragma once

#include "cli/app.hpp"
#include "scratch_folder.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <future>
#include <string>
#include <vector>

namespace farehook {

/// One run of the program, its standard output and error in files.
class Run {
 public:
  explicit Run(std::vector<std::string> arguments, const char* out = nullptr, const std::string& in = "") {
    std::signal(SIGPIPE, SIG_IGN);
    arguments.insert(arguments.begin(), "farehook");
    out_ = ::open(out == nullptr ? folder_.file("out").c_str() : out, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC,
                  0600);
    err_ = ::open(folder_.file("err").c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    in_ = ::open(folder_.file("in").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(::pwrite(in_, in.data(), in.size(), 0) == static_cast<ssize_t>(in.size()));
    status_ = std::async(std::launch::async, [this, arguments] {
      std::vector<const char*> argv;
      for (const auto& argument : arguments) argv.push_back(argument.c_str());
      Session session{in_, out_, err_, signals_};
      return run(static_cast<int>(argv.size()), argv.data(), session);
    });
  }
  ~Run() {
    signals_.ask_to_stop(SIGTERM);
    status_.wait();
    ::close(out_);
    ::close(err_);
    ::close(in_);
  }

  int status() {
    REQUIRE(status_.wait_for(std::chrono::seconds(60)) == std::future_status::ready);
    return status_.get();
  }
  void stop(int signal) { signals_.ask_to_stop(signal); }
  std::string out() const { return content_of(folder_.file("out")); }
  std::string err() const { return content_of(folder_.file("err")); }

 private:
  ScratchFolder folder_;
  Signals signals_;
  int in_ = -1, out_ = -1, err_ = -1;
  std::shared_future<int> status_;
};

}  // namespace farehook
