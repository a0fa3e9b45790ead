import Bytes
import Formats
import Liquid
import Machine
import Support
import Testing

/// The published suite of jg-rp/golden-liquid, each case in the mode that its tags ask for.
@Suite("The golden suite")
struct GoldenTests {
  private static let path = "conformance/liquid/golden_liquid.json"

  @Test(
    "every case passes in its own mode",
    .enabled(if: SharedFolder.has(path), Comment(rawValue: SharedFolder.absent)))
  func golden() throws {
    let suite = try JSON.parse(try Files.read("\(SharedFolder.path)/\(Self.path)"))
    let cases = suite.value["tests"]?.children ?? []
    #expect(cases.count == 1054)
    var failures: [String] = []
    for entry in cases {
      if let failure = Self.run(entry) { failures.append(failure) }
    }
    #expect(
      failures.isEmpty, "\(failures.count) of \(cases.count):\n\(failures.joined(separator: "\n"))")
  }

  private static func run(_ entry: TapeValue) -> String? {
    let name = entry["name"]?.string ?? "?"
    let tags = entry["tags"]?.children.compactMap(\.string) ?? []
    let mode: ParserMode =
      tags.contains("strict2") ? .strict2 : tags.contains("strict") ? .strict : .lax
    var partials: [String: String] = [:]
    for (key, value) in entry["templates"]?.members ?? [] { partials[key] = value.string ?? "" }
    let wanted = (entry["results"]?.children ?? [entry["result"]].compactMap { $0 }).compactMap(
      \.string)
    let isInvalid = entry["invalid"]?.boolean == true
    do {
      let data = entry["data"].map { JSON.text($0) } ?? "{}"
      let output = try render(
        entry["template"]?.string ?? "", data, partials: partials, mode: mode)
      if isInvalid { return "\(name): rendered \(output.debugDescription), should fail" }
      return wanted.contains(output)
        ? nil : "\(name): \(output.debugDescription), should be \(wanted)"
    } catch {
      return isInvalid ? nil : "\(name): \(error)"
    }
  }
}
