import CommandTree
import Testing

@testable import Commands

@Suite("Completions and manual pages")
struct CompletionTests {
  static let script = CompletionScript(root: Tree.root, globals: Tree.globals)
  static let manual = ManualPage(
    root: Tree.root, globals: Tree.globals, version: Tree.version, date: Tree.date)

  /// Listed commands with the words that lead to them.
  static var listed: [(Command, [String])] {
    func all(_ command: Command, _ path: [String]) -> [(Command, [String])] {
      [(command, path)]
        + command.subcommands.filter(\.isListed).flatMap { all($0, path + [$0.name]) }
    }
    return all(Tree.root, [])
  }

  @Test("a manual page has every command, option and argument that help has, in the same words")
  func inStep() {
    let help = HelpText(root: Tree.root, globals: Tree.globals)
    #expect(Self.listed.count > 40)
    for (command, path) in Self.listed {
      let page = Self.manual.text(of: command, path: path)
      let text = help.render(command, path: path)
      for option in command.options + Tree.globals {
        #expect(text.contains("--\(option.name)"), "\(path) --\(option.name)")
        #expect(
          page.contains("\\-\\-\(option.name.replacing("-", with: "\\-"))"),
          "\(path) --\(option.name)")
        for choice in option.choices ?? [] {
          #expect(page.contains(choice.replacing("-", with: "\\-")), "\(path) \(choice)")
        }
      }
      for positional in command.positionals {
        #expect(text.contains(positional.name) && page.contains(positional.name), "\(path)")
      }
      for inner in command.subcommands where inner.isListed {
        #expect(text.contains("\n  \(inner.name) "), "\(path) \(inner.name)")
        #expect(
          page.contains("\\fB\(inner.name.replacing("-", with: "\\-"))\\fR"),
          "\(path) \(inner.name)")
      }
      for inner in command.subcommands where !inner.isListed {
        #expect(
          !page.contains("\\fB\(inner.name.replacing("-", with: "\\-"))\\fR"),
          "\(path) \(inner.name)")
      }
      #expect(page.components == help.render(command, path: path).examples, "\(path)")
    }
  }

  @Test("every script knows every command and option", arguments: CompletionScript.Shell.allCases)
  func scripts(shell: CompletionScript.Shell) {
    let text = Self.script.text(for: shell)
    for (command, path) in Self.listed {
      for word in path { #expect(text.contains(word), "\(path)") }
      for option in command.options + Tree.globals {
        let wanted = shell == .fish ? "-l \(option.name) " : "--\(option.name)"
        #expect(text.contains(wanted), "\(path) --\(option.name)")
        for choice in option.choices ?? [] { #expect(text.contains(choice), "\(path) \(choice)") }
      }
    }
    #expect(text.hasSuffix("\n") && !text.contains("completions values KIND"))
  }

  @Test("a command with arguments and commands has one argument, as the scripts take it to have")
  func shape() {
    for (command, path) in Self.listed where command.subcommands.contains(where: \.isListed) {
      #expect(command.positionals.count <= 1, "\(path)")
    }
  }

  @Test("names of every kind that scripts ask for are known")
  func kinds() throws {
    #expect(
      ValueKind.names == [
        "channel", "code", "locale", "market", "product", "record", "sku", "storefront", "tier",
      ])
  }

  @Test("roff prints what is written, whatever it is")
  func escaping() {
    let command = Command(
      "x", "what's .it `does` — \\n",
      discussion: ".first line\n'second\n\na-b ~ ^ …", work: { _, _ in .done })
    let page = Self.manual.text(of: command, path: ["x"])
    for part in [
      "what\\(aqs .it \\(gadoes\\(ga \\[u2014] \\en", "\n\\&.first line\n\\&\\(aqsecond\n.PP\n",
      "a\\-b \\(ti \\(ha \\[u2026]",
    ] { #expect(page.contains(part), "\(part) in \(page)") }
    let isPlain = page.utf8.allSatisfy { $0 < 0x80 }
    #expect(isPlain)
  }
}

extension String {
  /// Lines to type in a manual page.
  fileprivate var components: [String] {
    let parts = split(separator: ".nf\n", omittingEmptySubsequences: false).dropFirst()
    return parts.map { part in
      String(part.prefix { $0 != "\n" }).replacing("\\-", with: "-").replacing("\\(aq", with: "'")
        .replacing("\\(ga", with: "`").replacing("\\(ha", with: "^").replacing("\\(ti", with: "~")
        .replacing("\\e", with: "\\").plainUnicode
    }
  }

  private var plainUnicode: String {
    var result = self
    while let start = result.firstRange(of: "\\[u"),
      let end = result[start.upperBound...].firstIndex(of: "]"),
      let scalar = UInt32(result[start.upperBound..<end], radix: 16).flatMap(Unicode.Scalar.init)
    {
      result.replaceSubrange(start.lowerBound...end, with: String(scalar))
    }
    return result
  }

  /// Lines to type in a text of help.
  fileprivate var examples: [String] {
    guard let start = firstRange(of: "\nExamples\n") else { return [] }
    let rest = self[start.upperBound...]
    let end = rest.firstRange(of: "\n\n")?.lowerBound ?? rest.endIndex
    return rest[..<end].split(separator: "\n").map { line in
      let text = line.dropFirst(2)
      let gap = text.firstRange(of: "   ")?.lowerBound ?? text.endIndex
      return String(text[..<gap])
    }
  }
}
