/// The wording of the reference for tags that are not written as they should be.
enum TagError {
  static func syntax(_ message: String, help: String? = nil) -> LiquidError {
    LiquidError(.syntax, message, help: help)
  }

  static var assign: LiquidError {
    syntax("Syntax Error in 'assign' - Valid syntax: assign [var] = [source]")
  }
  static var capture: LiquidError {
    syntax("Syntax Error in 'capture' - Valid syntax: capture [var]")
  }
  static var `case`: LiquidError {
    syntax("Syntax Error in 'case' - Valid syntax: case [condition]")
  }
  static var when: LiquidError {
    syntax(
      "Syntax Error in tag 'case' - Valid when condition: {% when [condition] [or condition2...] %}"
    )
  }
  static var caseElse: LiquidError {
    syntax("Syntax Error in tag 'case' - Valid else condition: {% else %} (no parameters) ")
  }
  static var cycle: LiquidError {
    syntax("Syntax Error in 'cycle' - Valid syntax: cycle [name :] var [, var2, var3 ...]")
  }
  static var loop: LiquidError {
    syntax("Syntax Error in 'for loop' - Valid syntax: for [item] in [collection]")
  }
  static var loopIn: LiquidError { syntax("For loops require an 'in' clause") }
  static func loopAttribute(_ word: String) -> LiquidError {
    syntax(
      "Invalid attribute in for loop. Valid attributes are limit and offset",
      help: word == "reversed"
        ? "write `reversed` right behind the list, before limit and offset" : nil)
  }
  static var condition: LiquidError {
    syntax("Syntax Error in tag 'if' - Valid syntax: if [expression]")
  }
  static var include: LiquidError {
    syntax(
      "Error in tag 'include' - Valid syntax: include '[template]' (with|for) [object|collection]")
  }
  static var inlineComment: LiquidError {
    syntax(
      "Syntax error in tag '#' - Each line of comments must be prefixed by the '#' character")
  }
  static var render: LiquidError {
    syntax("Syntax error in tag 'render' - Template name must be a quoted string")
  }
  static var table: LiquidError {
    syntax(
      "Syntax Error in 'table_row loop' - Valid syntax: table_row [item] in [collection] cols=3")
  }
  static func tableAttribute(_ name: String) -> LiquidError {
    syntax(
      "Invalid attribute '\(name)' in tablerow loop. Valid attributes are cols, limit, offset, and range"
    )
  }
  static func neverClosed(_ block: String) -> LiquidError {
    syntax("'\(block)' tag was never closed")
  }
  static func unexpectedElse(_ block: String) -> LiquidError {
    syntax("\(block) tag does not expect 'else' tag")
  }
  static func delimiter(_ tag: String, _ block: String, _ delimiter: String) -> LiquidError {
    syntax("'\(tag)' is not a valid delimiter for \(block) tags. use \(delimiter)")
  }
  static func outer(_ tag: String) -> LiquidError { syntax("Unexpected outer '\(tag)' tag") }
  static func unknown(_ tag: String, help: String?) -> LiquidError {
    syntax("Unknown tag '\(tag)'", help: help)
  }
  static func tagTermination(_ token: String) -> LiquidError {
    syntax(
      "Tag '\(token)' was not properly terminated with regexp: /\\%\\}/", help: "close it with %}")
  }
  static func outputTermination(_ token: String) -> LiquidError {
    syntax(
      "Variable '\(token)' was not properly terminated with regexp: /\\}\\}/",
      help: "close it with }}")
  }
  static func unexpectedArguments(_ tag: String) -> LiquidError {
    syntax("Syntax Error in '\(tag)' - Valid syntax: \(tag)")
  }
  static func unexpectedBlockArguments(_ tag: String) -> LiquidError {
    syntax("Syntax Error in '\(tag)' - Valid syntax: {% \(tag) %}{% end\(tag) %}")
  }
  static var nestedDoc: LiquidError {
    syntax("Syntax Error in 'doc' - Nested doc tags are not allowed")
  }
  static var tooManyArguments: LiquidError { syntax("A tag takes at most 250 arguments") }
  static var nesting: LiquidError { LiquidError(.stackLevel, "Nesting too deep") }
}
