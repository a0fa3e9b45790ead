import CommandTree
import Testing

@testable import Commands

@Suite("The commands")
struct CommandTreeTests {
  /// Every command with the words that lead to it.
  static func all(_ command: Command = Tree.root, path: [String] = []) -> [(Command, [String])] {
    [(command, path)] + command.subcommands.flatMap { all($0, path: path + [$0.name]) }
  }

  @Test("every command says what it does, and every option too")
  func summaries() {
    for (command, path) in Self.all() {
      #expect(!command.summary.isEmpty, "\(path)")
      #expect(command.summary.first?.isUppercase == false, "\(path)")
      #expect(!command.summary.hasSuffix("."), "\(path)")
      for option in command.options { #expect(!option.summary.isEmpty, "\(path) --\(option.name)") }
    }
  }

  @Test("every command that does something shows an example that parses")
  func examples() throws {
    for (command, path) in Self.all() where command.work != nil && !path.isEmpty {
      #expect(!command.examples.isEmpty, "\(path)")
    }
    let parser = Parser(root: Tree.root, globals: Tree.globals)
    for (command, _) in Self.all() {
      for example in command.examples {
        let words = Self.words(example.line)
        guard words.first == "trumeau" else { continue }
        #expect(throws: Never.self, "\(example.line)") {
          _ = try parser.parse(Array(words.dropFirst()))
        }
      }
    }
  }

  /// Words of a line up to a redirection, as a shell would split them.
  static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    for character in line + " " {
      if let open = quote {
        if character == open { quote = nil } else { word.append(character) }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character == " " {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    let end = words.firstIndex { ["<", ">", "|"].contains($0) } ?? words.endIndex
    return Array(words[..<end])
  }

  @Test("a mistyped command gets a suggestion")
  func suggestion() {
    let error = #expect(throws: UsageError.self) {
      _ = try Parser(root: Tree.root, globals: Tree.globals).parse(["biuld"])
    }
    #expect(error?.help?.contains("build") == true)
  }
}
