import Bytes
import Contract
import HTTPClient

/// Many requests of the contract as one: `POST /batch`, put together from their frozen parts.
enum NativeBatch {
  static var path: String { "\(ContractVersion.root)/batch" }

  /// Bytes of bodies that go into one batch at most, so that it stays below what servers take.
  static let byteLimit = 1 << 20

  /// How many of the requests, from `start` on, go into one batch.
  static func size(_ requests: ArraySlice<WriteRequest>) -> Int {
    var bytes = 0
    var count = 0
    for request in requests.prefix(ContractVersion.largestBatch) {
      bytes += request.body.count
      if count > 0, bytes > byteLimit { break }
      count += 1
    }
    return count
  }

  /// The body. Each operation is named by its mutation's id, and its body is taken as it is.
  static func body(_ requests: ArraySlice<WriteRequest>) -> [UInt8] {
    let bytes = requests.reduce(64) { $0 + $1.body.count + 320 }
    var buffer = ByteBuffer(capacity: bytes)
    buffer.append("{\"atomic\":false,\"operations\":[")
    for (index, request) in requests.enumerated() {
      if index > 0 { buffer.append(UInt8(ascii: ",")) }
      buffer.append("{\"op_id\":")
      buffer.append(jsonString: request.mutation.id)
      for header in request.headers {
        switch header.name {
        case NativeRequest.keyHeader: buffer.append(",\"key\":")
        case NativeRequest.guardHeader: buffer.append(",\"if_match\":")
        default: continue
        }
        buffer.append(jsonString: header.value)
      }
      buffer.append(",\"method\":")
      buffer.append(jsonString: request.method)
      buffer.append(",\"path\":")
      buffer.append(jsonString: request.path)
      if !request.body.isEmpty {
        buffer.append(",\"body\":")
        buffer.append(request.body)
      }
      buffer.append(UInt8(ascii: "}"))
    }
    buffer.append("]}")
    return buffer.array
  }

  /// What each operation met, by its name; what the answer does not name once, with a status, is
  /// unknown.
  static func outcomes(
    _ requests: ArraySlice<WriteRequest>, in answer: TapeValue
  ) -> [WriteOutcome]? {
    guard let results = answer["results"], results.kind == .array else { return nil }
    var byName: [String: TapeValue] = [:]
    var doubled: Set<String> = []
    for result in results.children {
      guard let name = result["op_id"]?.string else { continue }
      if byName.updateValue(result, forKey: name) != nil { doubled.insert(name) }
    }
    return requests.map { request in
      let name = request.mutation.id
      guard let result = byName[name] else {
        return .unknown(reason: "the server's answer to the batch does not name this change")
      }
      guard !doubled.contains(name), let answer = NativeAnswer(result: result) else {
        return .unknown(reason: "the server's answer to the batch contradicts itself")
      }
      return answer.outcome(of: request)
    }
  }
}
