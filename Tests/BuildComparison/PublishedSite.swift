import LocalMirror
import Machine
import Site

/// All that is known of what a project has published, byte for byte.
package struct PublishedSite: Equatable {
  /// Every file of the output roots.
  var files: [String: [UInt8]]
  /// Manifest, record and dates of the build, as they stand beside the generations.
  var memory: [String: [UInt8]] = [:]
  /// What the mirror's tables say of the outputs.
  let outputs: [OutputEntry]
  private let path: String

  /// Reads it.
  package init(_ site: VirtualSite) throws {
    path = site.path
    files = try site.content()
    for name in ["manifest", "record", "dates"] {
      memory[name] = try? Files.read("\(path)/.trumeau/generations/main/\(name)")
    }
    let ledger = try BuildLedger(path: "\(path)/.trumeau/demo.sqlite")
    outputs = try ledger.roots().flatMap { try ledger.outputs(in: $0) }
  }

  /// Whether anything has been published.
  var isThere: Bool { memory["manifest"] != nil }

  /// Takes in what others wrote into the roots.
  mutating func follow(_ step: ChangingShop.Step) {
    for file in step.files where file.path.hasPrefix("public/") {
      files[file.path] = file.text.map { Array($0.utf8) }
    }
  }

  /// What is otherwise than it was in another state of this project, in words.
  package func differences(since before: PublishedSite) -> [String] {
    var found: [String] = []
    for name in Set(files.keys).union(before.files.keys).sorted()
    where files[name] != before.files[name] {
      found.append("\(name) is \(text(files[name])) where \(text(before.files[name])) was")
    }
    for name in Set(memory.keys).union(before.memory.keys).sorted()
    where memory[name] != before.memory[name] {
      found.append("the build's \(name) is another one")
    }
    if outputs != before.outputs {
      let (here, there) = (Set(outputs), Set(before.outputs))
      found.append(
        "the tables have \(here.subtracting(there)) where \(there.subtracting(here)) was")
    }
    return found
  }

  /// What is otherwise than in another project, in words, but for what tells builds apart.
  func differences(from whole: PublishedSite) throws -> [String] {
    var found: [String] = []
    if files != whole.files {
      for name in Set(files.keys).union(whole.files.keys).sorted()
      where files[name] != whole.files[name] {
        found.append(
          "\(name) is \(text(files[name])) where a full build has \(text(whole.files[name]))")
      }
    }
    if outputs != whole.outputs {
      let (here, there) = (Set(outputs), Set(whole.outputs))
      found.append(
        "the tables have \(here.subtracting(there)) where those of a full build have "
          + "\(there.subtracting(here)), \(outputs.count) and \(whole.outputs.count) in all")
    }
    guard let memory = BuildMemory(memory), let expected = BuildMemory(whole.memory) else {
      return found + ["what a build remembers of itself cannot be read"]
    }
    return found + memory.differences(from: expected)
  }

  private func text(_ bytes: [UInt8]?) -> String {
    bytes.map { "“\(String(decoding: $0, as: UTF8.self).suffix(1500))”" } ?? "not there"
  }
}
