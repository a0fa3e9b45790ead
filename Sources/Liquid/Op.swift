import Bytes

/// One instruction of a program: sixteen trivial bytes.
///
/// A flat list of these with names resolved runs a node in 5 ns; a tree with dictionaries needs 39.
struct Op: BitwiseCopyable, Sendable {
  enum Code: UInt8, BitwiseCopyable {
    /// Does nothing: text of a blank block.
    case skip
    /// Appends the source bytes from `a`, `b` of them.
    case text
    /// Pushes constant `a`.
    case constant
    /// Pushes the variable in slot `a`, called `b`.
    case load
    /// Pops a name, pushes the variable of that name.
    case loadNamed
    /// Replaces the top by its member `a`; `extra` is a `Command` that stands in where there is none.
    case member
    /// Pops a key, replaces the top by what stands under it.
    case element
    /// Pops last and first, pushes the range.
    case range
    /// Applies filter `a` to the value below `b` positional and `extra` named arguments, the names
    /// from `c`.
    case filter
    /// Raises the error whose message is constant `a`, of the kind `flag`.
    case raise
    /// Pops a value and appends its text.
    case output
    /// The variable in slot `a`, called `b`, and its member `c` at once.
    case loadMember
    /// Goes on at `a`.
    case jump
    /// Pops; goes on at `a` unless the value holds.
    case jumpUnless
    /// Goes on at `a` if the top does not hold, else pops it.
    case and
    /// Goes on at `a` if the top holds, else pops it.
    case or
    /// Pops right and left, pushes whether they compare as `flag` says.
    case compare
    /// Pops a value and gives it to the variable in slot `a`.
    case assign
    case captureBegin
    /// Gives what was captured to slot `a`; with an interrupt goes on at `c`.
    case captureEnd
    /// Prints and counts up the counter in slot `a`.
    case increment
    /// Counts down and prints the counter in slot `a`.
    case decrement
    /// Pops the group; of `b` arms goes on at the one whose turn it is: `targets[c...]`.
    case cycle
    case changedBegin
    case changedEnd
    /// Begins loop `a` over the collection on the stack; goes on at `b` where it is empty.
    case loopBegin
    /// The next pass from `a`, or on.
    case loopNext
    /// Begins table `a`; goes on at `b` where there is nothing.
    case tableBegin
    /// Ends a cell; the next one from `a`, or on.
    case tableNext
    /// `break` or `continue`, by `flag`: goes on at `a`, the end of the innermost block.
    case interrupt
    /// Runs the ops from `a` to their end; with an interrupt goes on at `c`.
    case call
    /// No value of case `a` has matched yet.
    case caseBegin
    /// A value of case `a` has matched.
    case caseMatch
    /// Goes on at `a` if a value of case `b` has matched.
    case caseElse
    /// Brings in partial `a`, with an interrupt inside it goes on at `c`.
    case include
    /// Renders partial `a` on its own.
    case render
    /// Calls the host's tag `a`; its arguments as with `filter`; the body begins three ops later.
    case host
    /// Goes on at `c` if an interrupt is under way.
    case interrupted
    /// Ends the program or the body of a host's tag.
    case end
  }

  /// Properties that lists and texts have without a member of that name.
  enum Command: UInt16 {
    case none
    case size
    case first
    case last
  }

  enum Comparison: UInt8 {
    case equal
    case unequal
    case less
    case greater
    case lessOrEqual
    case greaterOrEqual
    case contains
  }

  var code: Code
  var flag: UInt8 = 0
  var extra: UInt16 = 0
  var a: Int32 = 0
  var b: Int32 = 0
  var c: Int32 = 0
}

/// The part of a template that an error is about and after which rendering goes on.
struct Node: BitwiseCopyable, Sendable {
  var offset: Int32
  var length: Int32
  var line: Int32
  /// The op after the node.
  var end: Int32 = 0
  /// Whether the node prints nothing, so that its errors are not printed either.
  var isBlank = false
}

/// What a `for` or `tablerow` tag says.
struct LoopPlan: BitwiseCopyable, Sendable {
  var slot: Int32
  var key: SymbolID
  /// `variable-collection`, as `offset: continue` knows the loop.
  var nameSymbol: SymbolID
  var hasLimit = false
  var hasOffset = false
  var continues = false
  var isReversed = false
  var hasColumns = false
}

/// What an `include` or `render` tag says.
struct PartialPlan: Sendable {
  /// The name where it is constant, and the number that the set knows it by.
  var name: String?
  var id: Int32 = -1
  var hasSubject = false
  var isLoop = false
  /// Slot of `as` or of the template's own name.
  var alias: SymbolID = -1
  var aliasSlot: Int32 = -1
  /// Slots and names of the arguments, whose values are on the stack.
  var arguments: [(slot: Int32, key: SymbolID)] = []
  /// Slot of the variable that is called like the template, for `include`.
  var ownSlot: Int32 = -1
  var ownKey: SymbolID = -1
}
