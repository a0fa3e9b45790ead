// Modules: Bytes Diagnostics Machine Formats
/// libFuzzer entry for CSV: whatever is read, in pieces or whole, is written and read again as the
/// same cells. Built by `scripts/fuzz`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCSV(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let records = try? CSVReader.records(in: bytes) else { return 0 }
  var writer = CSVWriter()
  for record in records { writer.record(record.texts) }
  var written: [UInt8] = []
  writer.take { written = $0.withBytes { Array($0) } }
  let again = try? CSVReader.records(in: written, separator: ",")
  precondition(again?.map(\.texts) == records.map(\.texts), "what is written is read again")
  let reader = CSVReader()
  var pieces: [CSVRecord] = []
  do {
    for index in bytes.indices {
      try bytes[index...index].withUnsafeBytes { try reader.feed($0) { pieces.append($0) } }
    }
    try reader.finish { pieces.append($0) }
  } catch { preconditionFailure("pieces are read as the whole is: \(error)") }
  precondition(pieces == records, "pieces are read as the whole is")
  return 0
}
