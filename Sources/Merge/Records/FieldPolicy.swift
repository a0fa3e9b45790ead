/// How two edits of one field are put together.
///
/// The raw names are those of the suite `fields` of the conformance cases and stand in JSON.
public enum FieldPolicy: String, CaseIterable, Sendable, Hashable {
  /// Only the shop writes it.
  case readOnly = "read_only"
  /// One short value; two different edits are asked about.
  case scalar
  /// Prose, merged inside.
  case text
  /// A set without order: additions of both, removals of both.
  case set
  /// A list in order: membership and order are merged apart.
  case list
  /// Values by name, each by itself.
  case map
  /// The name in an address; the old one must lead on.
  case handle
  /// An amount of money, alone or with its currency; never merged, guarded against slips.
  case money
  /// The currency of an amount beside it; guarded like the amount.
  case currency
  /// A count of things that is moved: movements add up.
  case counterDelta = "counter_delta"
  /// A count of things that was counted: two counts are asked about.
  case counterAbsolute = "counter_absolute"
  /// The first or last instant of a span of time; both ends must fit together.
  case window
  /// Whether something is published; what is archived stays hidden until decided.
  case status
  /// A member's tier or standing; two different edits are always asked about.
  case tier
  /// A person's consent; the most restrictive answer holds.
  case consent
}
