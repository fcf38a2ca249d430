@testable import FormEngine

extension InstanceTree {
  /// The children of each item as `name=text`.
  var items: [[String]] {
    children(0).map { item in
      children(item).map { "\(names[Int(elements[$0].name)])=\(text($0))" }
    }
  }
}

/// Reads a file given as text.
func instance(_ text: String, _ fileName: String) throws(FormFaults) -> InstanceTree {
  try ExternalInstance.read(
    Array(text.utf8), fileName: fileName,
    location: SourceLocation(sheet: "survey", row: 3, column: "type"))
}

/// The code and line of the fault that a file is refused with.
func refusal(_ bytes: [UInt8], _ fileName: String) -> String {
  do {
    let tree = try ExternalInstance.read(
      bytes, fileName: fileName, location: SourceLocation(sheet: "survey", row: 3, column: "type"))
    return "\(tree.items)"
  } catch {
    return error.faults.map { "\($0.sheet):\($0.row) \($0.code)" }.joined()
  }
}
