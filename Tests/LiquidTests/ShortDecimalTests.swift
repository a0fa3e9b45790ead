import Bytes
import Testing

@testable import Liquid

@Suite("Arithmetic in 64 bits")
struct ShortDecimalTests {
  /// Values as shops have them, and some at the edges.
  private static func values() -> [Value] {
    var values: [Value] = [0, 1, -1, 7, 100, 1_000_000_007, (1 << 53) - 1, 1 << 53, .max, .min]
      .map { Value(Int64($0)) }
    for number in [
      0, -0.0, 0.1, 0.5, -0.5, 1, 10.1, 2.2, 19.99, -19.99, 1234.5678, 100, 1000, 0.005, 2.675,
      1e-7, 1.5e-8, 1e-12, 1e14, 1e15, 1e300, 4.35, 8.05, 1.0 / 3, .pi,
    ] as [Double] { values.append(Value(number)) }
    var state: UInt64 = 42
    for _ in 0..<200 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let whole = Int64(bitPattern: state) >> 24 % 10_000_000
      values.append(Value(Double(whole) / [1, 10, 100, 1000, 10_000][Int(state >> 60) % 5]))
    }
    return values
  }

  private static func text(_ value: Value) -> String {
    var buffer = ByteBuffer()
    switch value.kind {
    case .integer: buffer.append(decimal: value.whole)
    case .float: buffer.append(rubyFloat: value.double)
    default: buffer.append("?")
    }
    return buffer.string
  }

  @Test(
    "gives what arithmetic with all digits gives",
    arguments: [Number.Operation.plus, .minus, .times, .dividedBy, .modulo])
  func operations(operation: Number.Operation) throws {
    var short = 0
    for left in Self.values() {
      for right in Self.values() {
        guard let quick = ShortDecimal.applying(operation, left, right) else { continue }
        let whole = try Number(lenient: left).applying(operation, Number(lenient: right))
        #expect(
          quick.kind == .float && quick.double.bitPattern == whole.double.bitPattern,
          "\(Self.text(left)) \(operation) \(Self.text(right))")
        short += 1
      }
    }
    #expect(short > 10_000)
  }

  @Test("rounds as arithmetic with all digits does", arguments: 1...6)
  func rounding(digits: Int) throws {
    for value in Self.values() where value.kind == .float {
      guard let quick = ShortDecimal(value)?.rounded(digits: digits) else { continue }
      let whole = try Number(lenient: value).rounded(.nearest, digits: digits)
      #expect(quick.double == whole.double, "\(Self.text(value)) to \(digits)")
    }
  }

  @Test("prints the fewest digits that name a number")
  func printing() {
    for value in Self.values() where value.kind == .float && abs(value.double) < 1e15 {
      guard abs(value.double) >= 1e-4 else { continue }
      #expect(Self.text(value) == "\(value.double)")
    }
  }

  @Test("reads decimals of the data")
  func data() {
    #expect(ShortDecimal(Value(text: Self.bytes("12.50"), kind: .decimal))?.coefficient == 1250)
    #expect(ShortDecimal(Value(text: Self.bytes("-0.5"), kind: .decimal))?.coefficient == -5)
    #expect(ShortDecimal(Value(text: Self.bytes("1e3"), kind: .decimal)) == nil)
    #expect(ShortDecimal(Value(text: Self.bytes("1.23456789012"), kind: .decimal)) == nil)
  }

  private static func bytes(_ text: StaticString) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }
}
