import Machine
import Support
import Testing

/// The module table of docs/architecture.md, read as data.
private struct ModuleTable {
  private(set) var allowed: [String: Set<String>] = [:]
  private(set) var order: [String] = []

  init() throws {
    let text = try Files.readText("\(SharedFolder.repository)/docs/architecture.md")
    for line in text.split(separator: "\n") where line.hasPrefix("| ") {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
      guard cells.count == 6, cells[2].contains("`") else { continue }
      let names = Self.quoted(cells[2])
      let imports =
        cells[4].contains("all above") ? Set(order) : Set(Self.quoted(cells[4]))
      for name in names {
        allowed[name] = imports
        order.append(name)
      }
    }
  }

  private static func quoted(_ cell: Substring) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }
}

/// One Swift file of the product.
private struct SourceFile {
  let module: String
  let path: String
  let lines: [Substring]

  static func all() throws -> [SourceFile] {
    let root = "\(SharedFolder.repository)/Sources"
    return try Files.walk(root).filter { $0.hasSuffix(".swift") }.map { path in
      SourceFile(
        module: String(path.prefix { $0 != "/" }), path: path,
        lines: try Files.readText("\(root)/\(path)")
          .split(separator: "\n", omittingEmptySubsequences: false))
    }
  }

  var imports: [String] {
    lines.compactMap { line in
      let words = line.split(separator: " ")
      guard let at = words.firstIndex(of: "import"), at < 2, words.count > at + 1 else {
        return nil
      }
      guard at == 0 || ["public", "package", "internal", "private"].contains(words[0]) else {
        return nil
      }
      return String(words[at + 1])
    }
  }
}

@Suite("The architecture")
struct ModuleTableTests {
  private static let platform: Set<String> = [
    "Glibc", "Synchronization", "Dispatch", "FoundationEssentials",
  ]

  @Test("every module stands in the table, and every row has a folder")
  func complete() throws {
    let table = try ModuleTable()
    let folders = try Files.list("\(SharedFolder.repository)/Sources")
    #expect(Set(folders) == Set(table.order))
  }

  @Test("no file imports what the table does not allow its module")
  func imports() throws {
    let table = try ModuleTable()
    for file in try SourceFile.all() {
      for name in file.imports where !Self.platform.contains(name) {
        #expect(
          table.allowed[file.module]?.contains(name) == true,
          "\(file.path) imports \(name), which the table does not allow \(file.module)")
      }
    }
  }

  @Test("a row imports only rows above it")
  func direction() throws {
    let table = try ModuleTable()
    for (place, module) in table.order.enumerated() {
      let later = table.allowed[module, default: []].subtracting(table.order[..<place])
      #expect(later.isEmpty, "\(module) may import \(later.sorted()), which stand below it")
    }
  }

  @Test("the manifest allows each module exactly what the table allows")
  func manifest() throws {
    let manifest = try Files.readText("\(SharedFolder.repository)/Package.swift")
    let table = try ModuleTable()
    for module in table.order
    where !module.hasPrefix("C") || module.dropFirst().first?.isLowercase == true {
      guard module != "Commands", module != "trumeau" else { continue }
      guard let start = manifest.range(of: "\"\(module)\",", range: manifest.moduleSection) else {
        Issue.record("Package.swift has no module \(module)")
        continue
      }
      let rest = manifest[start.upperBound...]
      let list = rest.prefix { $0 != "]" }
      let named = list.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 1 }.map { String($0.element) }
      #expect(Set(named) == table.allowed[module], "\(module)")
    }
  }
}

extension String {
  fileprivate var moduleSection: Range<String.Index> {
    let start = range(of: "// Layer 1", in: self) ?? startIndex
    let end = range(of: "// Tests.", in: self) ?? endIndex
    return start..<end
  }

  private func range(of needle: String, in text: String) -> String.Index? {
    text.firstRange(of: needle)?.lowerBound
  }

  fileprivate func range(of needle: String, range: Range<String.Index>) -> Range<String.Index>? {
    self[range].firstRange(of: needle)
  }
}

@Suite("House rules")
struct HouseRuleTests {
  @Test("no file of the product imports Foundation")
  func foundation() throws {
    for file in try SourceFile.all() {
      #expect(!file.imports.contains("Foundation"), "\(file.path)")
    }
  }

  @Test("C libraries are imported by one module each")
  func wrapped() throws {
    var users: [String: Set<String>] = [:]
    for file in try SourceFile.all() {
      for name in file.imports where name.hasPrefix("C") && name != "CGlue" {
        if name.dropFirst().first?.isUppercase == true {
          users[name, default: []].insert(file.module)
        }
      }
    }
    for (library, modules) in users {
      #expect(modules.count == 1, "\(library) is imported by \(modules.sorted())")
    }
  }

  @Test("no try!, no fatalError, and every @unchecked Sendable has its proof above it")
  func traps() throws {
    for file in try SourceFile.all() {
      for (index, line) in file.lines.enumerated() {
        let code = line.split(separator: "//", omittingEmptySubsequences: false)[0]
        #expect(!code.contains("try!"), "\(file.path):\(index + 1)")
        #expect(!code.contains("fatalError("), "\(file.path):\(index + 1)")
        guard code.contains("@unchecked Sendable") || code.contains("nonisolated(unsafe)") else {
          continue
        }
        let above = file.lines[max(0, index - 6)...index]
        #expect(
          above.contains {
            $0.contains("//") && $0.lowercased().contains("sendable")
              || $0.contains("// ") && $0.count > 30
          },
          "\(file.path):\(index + 1) claims safety without saying why")
      }
    }
  }

  @Test("no source file is longer than 450 lines")
  func length() throws {
    for file in try SourceFile.all() { #expect(file.lines.count <= 451, "\(file.path)") }
  }
}
