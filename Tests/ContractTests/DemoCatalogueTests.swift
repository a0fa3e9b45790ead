import Bytes
import Contract
import Formats
import Machine
import Support
import Testing

@Suite("The demo catalogue")
struct DemoCatalogueTests {
  @Test("fits the schema, line by line")
  func fits() throws {
    let text = try Files.readText("\(SharedFolder.repository)/demo/catalogue.jsonl")
    var lines = 0
    for (number, line) in text.split(separator: "\n").enumerated() {
      let record = try JSON.parse(String(line)).value
      let type = try #require(record["type"]?.string.flatMap(ResourceType.init(rawValue:)))
      let attributes = try #require(record["attributes"])
      let faults = ResourceSchema.of(type).check(attributes: attributes, links: record["links"])
      #expect(faults.isEmpty, "line \(number + 1)")
      lines += 1
    }
    #expect(lines > 100)
  }
}
