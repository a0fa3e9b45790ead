import Bytes
import CommandTree
import Diagnostics
import Formats
import Liquid
import Machine

/// `trumeau liquid`: the template language by itself, without a shop around it.
enum LiquidCommands {
  static let command = Command(
    "liquid", "render templates of the core language, without a shop",
    examples: [
      Example("trumeau liquid render --data page.json page.liquid", "one template"),
      Example("trumeau liquid render --batch < cases.jsonl", "many, one a line"),
    ],
    subcommands: [render])

  private static let render = Command(
    "render", "render a template, or one a line from standard input",
    discussion: """
      The language is that of the reference, Liquid 5.13: no filters, objects or checks of a shop.

      With --batch each line of standard input is a JSON object with "template" and, where wanted,
      "id", "data", "partials" (an object of name and text), "mode", "now" (a frozen clock, such as
      2026-12-01T09:00:00Z) and "inline_errors". Each is answered by one line: {"id","output"} or
      {"id","error":{"phase","message","line","column"}}. A line that is not such an object is
      answered with "phase": "input".
      """,
    examples: [
      Example("trumeau liquid render --data page.json page.liquid", "to standard output"),
      Example("trumeau liquid render --partials parts page.liquid", "with partials of a folder"),
      Example("trumeau liquid render --batch < cases.jsonl", "a suite"),
    ],
    options: [
      .value("data", "FILE", "JSON object whose members are the template's variables"),
      .value("partials", "DIR", "folder of partials, named without .liquid"),
      .value(
        "mode", "MODE", "how forgiving the parser is (default strict2)",
        choices: ["strict2", "strict", "lax"]),
      .flag("batch", "read JSON lines from standard input"),
    ],
    positionals: [Positional("TEMPLATE", "file with the template", isRequired: false)],
    work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    if invocation.flag("batch") {
      guard invocation.arguments.isEmpty else {
        throw UsageError("--batch takes its templates from standard input", path: invocation.path)
      }
      try StandardInput.forEachLine { line in
        console.data(LiquidCase.answer(line) + "\n")
      }
      return .done
    }
    guard let path = invocation.arguments.first else {
      throw UsageError("a template is missing", path: invocation.path)
    }
    var work = LiquidCase(template: try Files.readText(path), name: path)
    if let mode = invocation.value("mode").flatMap(ParserMode.init) { work.mode = mode }
    if let file = invocation.value("data") { work.data = try data(file, invocation) }
    if let folder = invocation.value("partials") {
      for name in try Files.walk(folder) {
        work.partials.append((name, try Files.readText("\(folder)/\(name)")))
      }
    }
    do throws(LiquidCase.Fault) {
      let output = try work.render()
      console.say(output: output, of: "liquid render")
      return .done
    } catch {
      throw Failure("", "", findings: [error.error.diagnostic])
    }
  }

  private static func data(_ file: String, _ invocation: Invocation) throws -> TapeValue {
    let tape: Tape
    do {
      tape = try JSON.parse(try Files.read(file))
    } catch let error as FormatError {
      throw Failure(
        "format.json", "\(file):\(error.line):\(error.column): \(error.message)", exit: .usage)
    }
    guard tape.value.kind == .object else {
      throw UsageError("\(file) is not a JSON object", path: invocation.path)
    }
    return tape.value
  }
}

extension Console {
  /// The output of a template, as it is, or as a field of the JSON document.
  fileprivate func say(output: String, of command: String) {
    if isJSON {
      json(Document(command) { $0.field("output", output) }.text)
    } else {
      data(output)
    }
  }
}
