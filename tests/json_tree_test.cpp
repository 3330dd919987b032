#include "delivery/json_tree.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace farehook;

namespace {

/// The tree as another library has it.
nlohmann::ordered_json value_of(const JsonNode& node) {
  using Json = nlohmann::ordered_json;
  if (node.is(JsonKind::object)) {
    Json object = Json::object();
    for (const JsonNode& each : children(node))
      object[Json::parse(each.key).get<std::string>()] = value_of(each);
    return object;
  }
  if (node.is(JsonKind::array)) {
    Json array = Json::array();
    for (const JsonNode& each : children(node)) array.push_back(value_of(each));
    return array;
  }
  return Json::parse(node.text);
}

std::vector<std::string> repeated(const std::string& text) {
  JsonTree tree;
  REQUIRE(!tree.read(text));
  std::vector<std::string> keys;
  for (const JsonNode* each : repeated_members(tree.root())) keys.emplace_back(each->key);
  return keys;
}

}  // namespace

TEST_CASE("a tree is the text's value, and each node's text its own") {
  for (const std::string text : {R"({"a":[1,{"b":null},[]],"c":{"d":"\u00e9","e":{}},"f":1.50})", "[]", "{}",
                                 "7", R"("x")", R"([[[[]]],[1,[2,[3]]]])"}) {
    JsonTree tree;
    REQUIRE(!tree.read(text));
    CHECK(value_of(tree.root()) == nlohmann::ordered_json::parse(text));
    CHECK(tree.root().text == text);
    for (const JsonNode* node = &tree.root(); node != &tree.root() + tree.root().size; ++node)
      CHECK(value_of(*node) == nlohmann::ordered_json::parse(node->text));
  }
}

TEST_CASE("a pointer leads from the root to each node") {
  const std::string text = R"({"a":[1,{"b/c":null},[]],"m~n":{"d":0},"":{"\u0078":[[5]]}})";
  JsonTree tree;
  REQUIRE(!tree.read(text));
  const auto json = nlohmann::json::parse(text);
  for (const JsonNode* node = &tree.root(); node != &tree.root() + tree.root().size; ++node)
    CHECK(json.at(nlohmann::json::json_pointer(pointer(tree.root(), *node))) ==
          nlohmann::json::parse(node->text));
  CHECK(pointer(tree.root(), tree.root()).empty());
}

TEST_CASE("pointers are the same whether found one by one or one after another, in any order") {
  const std::string text = R"({"a":[1,[[2,{"b":3}],4],{"c":[5,6]}],"d":{"e":{"f":[]},"g":7},"h":[[8],[9]]})";
  JsonTree tree;
  REQUIRE(!tree.read(text));
  const JsonNode* const nodes = &tree.root();
  PointerFinder finder(tree.root());
  for (const size_t stride : {1u, 5u, 16u})
    for (size_t count = 0; count < 3 * tree.root().size; ++count) {
      const JsonNode& node = nodes[count * stride % tree.root().size];
      CHECK(finder.at(node) == pointer(tree.root(), node));
    }
}

TEST_CASE("the last member of a name counts, however it is escaped") {
  const std::string text = R"({"pk":1,"name":"a","\u0070k":2})";
  JsonTree tree;
  REQUIRE(!tree.read(text));
  REQUIRE(member(tree.root(), "pk") != nullptr);
  CHECK(member(tree.root(), "pk")->text == "2");
  CHECK(member(tree.root(), "p") == nullptr);
  CHECK(member(*member(tree.root(), "pk"), "pk") == nullptr);
}

TEST_CASE("keys that stand twice are found in small and large objects") {
  using Keys = std::vector<std::string>;
  CHECK(repeated(R"({"a":1,"b":{"a":2},"a":3,"a":4})") == Keys{R"("a")", R"("a")"});
  CHECK(repeated(R"({"a":1,"\u0061":3})") == Keys{R"("\u0061")"});
  CHECK(repeated(R"({"a":1,"aa":[{},{"a":1}]})").empty());
  std::string large = R"({"x":0)";
  for (int i = 0; i < 1000; ++i) large += R"(,"k)" + std::to_string(i) + R"(":0)";
  CHECK(repeated(large + "}").empty());
  CHECK(repeated(large + R"(,"k500":[1]})") == Keys{R"("k500")"});
}

TEST_CASE("a tree keeps up to its bound of values") {
  JsonTree tree;
  std::string text = "[0";
  for (size_t count = 2; count < JsonTree::max_nodes; ++count) text += ",0";
  CHECK(!tree.read(text + "]"));
  CHECK(tree.root().size == JsonTree::max_nodes);
  const auto fault = tree.read(text + ",[[0]]]");
  REQUIRE(fault);
  CHECK(fault->offset == text.size() + 1);
  CHECK(!tree.read("[]"));
}
