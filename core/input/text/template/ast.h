#pragma once

#include "core/input/text/template/value.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace fovea::jinja {

struct Expression;
struct Statement;
using ExpressionPtr = std::unique_ptr<Expression>;
using Body = std::vector<Statement>;

enum class ExpressionKind {
  kConstant,       ///< value
  kName,           ///< name
  kNamespaceItem,  ///< name.attribute, as a target of `set` only
  kTuple,          ///< children
  kList,           ///< children
  kDict,           ///< children: key, value, key, value, …
  kAttribute,      ///< children[0].attribute
  kItem,           ///< children[0][children[1]]
  kSlice,          ///< start, stop, step; any may be null. Only as the index of a kItem
  kCall,           ///< children[0](call)
  kFilter,         ///< children[0] | attribute(call); children[0] is null for the text of a block
  kTest,           ///< children[0] is attribute(call)
  kNot,
  kNegative,
  kPositive,
  kBinary,  ///< children[0] op children[1]
  kAnd,
  kOr,
  kConcat,       ///< children joined as text (~)
  kCompare,      ///< children[0] ops[0] children[1] ops[1] children[2] …
  kConditional,  ///< children[1] if children[0] else children[2], which may be null
};

enum class BinaryOperator { kAdd, kSubtract, kMultiply, kDivide, kFloorDivide, kModulo, kPower };
enum class Comparison { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kIn, kNotIn };

struct CallArguments {
  std::vector<ExpressionPtr> positional;
  std::vector<std::pair<std::string, ExpressionPtr>> named;
  ExpressionPtr unpacked_list;  ///< *expression
  ExpressionPtr unpacked_dict;  ///< **expression
};

struct Expression {
  ExpressionKind kind = ExpressionKind::kConstant;
  int line = 0;
  int height = 1;         ///< expressions inside one another, this one included
  int name = -1;          ///< kName, kNamespaceItem: its number in Program::names
  std::string attribute;  ///< attribute, filter or test name
  Value value;            ///< kConstant
  BinaryOperator op = BinaryOperator::kAdd;
  std::vector<Comparison> comparisons;
  std::vector<ExpressionPtr> children;
  std::unique_ptr<CallArguments> call;
};

/// Where the variables of a scope come from when it is entered. Jinja decides this for every name before
/// anything runs, and it can be seen: a name that is assigned anywhere in a scope hides an outer one from the
/// inner scopes.
enum class Load {
  kParameter,  ///< bound by whoever opens the scope
  kContext,    ///< looked up among the template's variables
  kOuter,      ///< copied from the scope around it
  kNothing,    ///< undefined until it is assigned
};

struct ScopePlan {
  std::vector<std::pair<int, Load>> loads;
};

/// A macro's or call block's signature and what it asks for beyond it.
struct Signature {
  std::string name;  ///< empty for a call block
  std::vector<int> parameters;
  std::vector<ExpressionPtr> defaults;  ///< of the last parameters
  bool wants_caller = false, wants_varargs = false, wants_kwargs = false;
};

enum class StatementKind {
  kText,         ///< text
  kOutput,       ///< expression
  kIf,           ///< branches, otherwise
  kFor,          ///< for target in expression if test: body, otherwise
  kSet,          ///< target = expression
  kSetBlock,     ///< target = filters over body (expression may be null)
  kMacro,        ///< signature, body; target is its name
  kCallBlock,    ///< expression is the call; signature and body are the caller's
  kFilterBlock,  ///< expression is the filter over body
  kWith,         ///< with targets = values: body
  kGeneration,   ///< body in a scope of its own
  kBreak,
  kContinue,
};

struct Statement {
  StatementKind kind = StatementKind::kText;
  int line = 0;
  Value text;
  ExpressionPtr target;
  ExpressionPtr expression;
  ExpressionPtr test;
  std::vector<ExpressionPtr> targets, values;
  std::vector<std::pair<ExpressionPtr, Body>> branches;
  Body body;
  Body otherwise;
  Signature signature;
  ScopePlan scope;       ///< of `body`
  ScopePlan test_scope;  ///< of a for loop's `test`
  ScopePlan else_scope;  ///< of a for loop's `otherwise`
};

/// A parsed template. Immutable; shared by all renderings.
struct Program {
  std::vector<std::string> names;
  Body body;
  ScopePlan scope;
  std::vector<std::string> context_names;  ///< names looked up among the template's variables
};

}  // namespace fovea::jinja
