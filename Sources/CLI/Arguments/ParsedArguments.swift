/// A command line taken apart by a command table.
public struct ParsedArguments: Sendable, Equatable {
  /// The commands by their English names, outermost first; empty when none was given.
  public internal(set) var command: [String] = []
  /// The operands in order.
  public internal(set) var operands: [String] = []
  /// The values by long option name in order of appearance; nil stands for "given without value".
  private(set) var occurrences: [String: [String?]] = [:]

  mutating func record(_ option: OptionSpec, _ value: String?) {
    if option.isRepeated {
      occurrences[option.name, default: []].append(value)
    } else {
      occurrences[option.name] = [value]
    }
  }

  /// Whether an option was given, with or without a value.
  public func has(_ option: String) -> Bool { occurrences[option] != nil }

  /// The value of an option, the last one if there are several.
  public func value(_ option: String) -> String? { values(option).last }

  /// All values of an option in order.
  public func values(_ option: String) -> [String] {
    (occurrences[option] ?? []).compactMap { $0 }
  }

  /// The operand at a position, or nil beyond the last.
  public func operand(_ position: Int) -> String? {
    operands.indices.contains(position) ? operands[position] : nil
  }
}
