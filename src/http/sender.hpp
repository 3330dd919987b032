#pragma once

#include "delivery/attempt.hpp"

#include <memory>
#include <string>

namespace farehook {

/// Posts JSON bodies to one endpoint over plain HTTP, as FareHarbor would. It does not retry and follows no
/// redirect. Not for more than one thread.
class Sender {
 public:
  Sender(const std::string& host, int port, std::string path);
  ~Sender();

  Attempt post(const std::string& body);

 private:
  class Client;
  std::unique_ptr<Client> client_;
};

}  // namespace farehook
