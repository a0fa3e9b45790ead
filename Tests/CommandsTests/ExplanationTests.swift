import Bytes
import CommandTree
import Contract
import Diagnostics
import Glibc
import Machine
import Merge
import Storefront
import Support
import Synchronization
import Testing

@testable import Commands

@Suite("What error codes mean")
struct ExplanationTests {
  /// Codes that are put together from a beginning and a word.
  static let composed: [String: [String]] = [
    "leak.": SecretKind.allCases.map(\.rawValue),
    "seed.": SchemaFault.Code.allCases.map(\.rawValue),
    "catalogue.redirect-": ["loop", "duplicate", "shadowed", "query"],
    "gtin-": ["format", "length", "check-digit"],
    "format.": ["json", "xml", "gzip", "csv"],
  ]

  static func sources() throws -> SourceCodes {
    let dotted = Explanations.all.map(\.code).filter { $0.contains(".") }
    return try SourceCodes(areas: Set(dotted.map { String($0.prefix { $0 != "." }) }))
  }

  @Test("every code in the sources is explained")
  func complete() throws {
    let sources = try Self.sources()
    #expect(sources.whole.count > 150)
    for (code, file) in sources.whole.sorted(by: { $0.key < $1.key }) {
      #expect(Explanations.entry(code) != nil, "\(code) in \(file) has no explanation")
    }
    for (beginning, file) in sources.beginnings {
      let words = try #require(
        Self.composed[beginning], "codes that begin with \(beginning) in \(file)")
      for word in words {
        #expect(Explanations.entry(beginning + word) != nil, "\(beginning)\(word) in \(file)")
      }
    }
  }

  @Test("every explanation is for a code that occurs")
  func noneTooMany() throws {
    let sources = try Self.sources()
    let composed = Set(Self.composed.flatMap { start, words in words.map { start + $0 } })
    for entry in Explanations.all {
      let occurs =
        sources.whole[entry.code] != nil || composed.contains(entry.code)
        || ["\"\(entry.code)\"", "[\(entry.code)]"].contains {
          sources.text.firstRange(of: Array($0.utf8)) != nil
        }
      #expect(occurs, "\(entry.code) occurs nowhere")
    }
  }

  @Test("each code is explained once, in sentences")
  func sentences() {
    #expect(Set(Explanations.all.map(\.code)).count == Explanations.all.count)
    for entry in Explanations.all {
      #expect(entry.title.first?.isUppercase == false || entry.title.hasPrefix("YAML"))
      #expect(!entry.title.hasSuffix("."), "\(entry.code)")
      #expect(entry.cause.hasSuffix("."), "\(entry.code)")
      #expect(entry.remedy.hasSuffix("."), "\(entry.code)")
    }
  }

  @Test("a code may carry the attribute that it is about")
  func attribute() {
    #expect(Explanations.entry("required-missing:image_link")?.code == "required-missing")
  }

  @Test("an unknown code gets the nearest one")
  func nearest() throws {
    let spoken = try Self.run("explain", "mirror.mising")
    #expect(spoken.exit == .usage)
    #expect(spoken.error.contains("did you mean `trumeau explain mirror.missing`?"))
  }

  @Test("without a code all are listed, by area")
  func list() throws {
    let spoken = try Self.run("explain")
    #expect(spoken.exit == .done)
    #expect(spoken.output.hasPrefix("The program and the machine\n  usage"))
    for entry in Explanations.all { #expect(spoken.output.contains("  \(entry.code) ")) }
  }

  @Test("an entry tells cause, remedy and exit code")
  func entry() throws {
    #expect(
      try Self.run("explain", "mirror.missing").output == """
        mirror.missing: there is no mirror yet

        Nothing has been pulled into this project.

        What to do: Run `trumeau pull`.

        Exit code: 1 (failed)

        """)
  }

  @Test("every kind of question is explained, with what can be chosen and its setting")
  func kinds() throws {
    // `explain price` is about the price of a SKU.
    for kind in ConflictKind.allCases where kind != .price {
      let spoken = try Self.run("explain", kind.rawValue)
      #expect(spoken.exit == .done && spoken.output.hasPrefix("\(kind.rawValue): \(kind.title)\n"))
      for choice in kind.alternatives where choice != .later {
        #expect(spoken.output.contains("  \(choice.rawValue) "))
      }
    }
    #expect(try Self.run("explain", "price-guard").output.contains("editing.price_limit"))
  }

  /// Runs a command and gives what it said.
  static func run(_ words: String...) throws -> (exit: ExitCode, output: String, error: String) {
    let said = Mutex((output: "", error: ""))
    let console = Console { stream, text in
      said.withLock { said in
        if stream == .output { said.output += text } else { said.error += text }
      }
    }
    guard
      case .run(let command, let invocation) = try Parser(root: Tree.root, globals: Tree.globals)
        .parse(words)
    else { throw UsageError("help was asked for", path: []) }
    let exit = perform(command, invocation, console)
    let (output, error) = said.withLock { ($0.output, $0.error) }
    return (exit, output, error)
  }
}

@Suite("Errors as words")
struct FailureTests {
  @Test("what a module throws keeps its code, and has a remedy")
  func codes() {
    let failure = Failure(MachineError(call: "open", subject: "x", number: 28))
    #expect(failure.code == "machine.disk-full")
    #expect(failure.help != nil)
  }

  @Test("a link that leads nowhere, a name that is no UTF-8 and a missing right each have a remedy")
  func refusals() throws {
    let folder = try ScratchFolder()
    #expect(symlink("nowhere", "\(folder.path)/link.md") == 0)
    func help(_ path: String, _ number: Int32) -> String {
      Failure(MachineError(call: "read", subject: path, number: number)).help ?? ""
    }
    #expect(help("\(folder.path)/link.md", ENOENT).contains("link"))
    #expect(help("\(folder.path)/caf\u{FFFD}.md", ENOENT).contains("UTF-8"))
    #expect(help("\(folder.path)/x.md", EACCES).contains("chmod"))
    #expect(help("\(folder.path)/x.md", EROFS).contains("writable"))
  }

  @Test("whoever has a damaged mirror is not told to throw unsent edits away")
  func damaged() {
    let remedy = Explanations.remedy("mirror.damaged") ?? ""
    #expect(remedy.contains("do not delete it") && remedy.contains("Edits"))
  }
}
