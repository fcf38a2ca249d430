import Domain
import FormEngine

// What `forms drive` writes about a form. The names of types and steps are
// those of JavaRosa's driver, whose replies stand beside these.

extension NodeState {
  /// One node of `dump`.
  var driveNode: FieldValue {
    var members: [String: FieldValue] = [
      "ref": .text(DriveReference.written(ref)), "relevant": .bool(isRelevant),
      "required": .bool(isRequired), "readonly": .bool(isReadonly), "type": .text(driveType),
    ]
    if let value { members["value"] = .text(value) }
    if let isConstraintMet { members["constraintOk"] = .bool(isConstraintMet) }
    return .object(members)
  }
}

/// References as JavaRosa writes them: a position behind every step but the root.
enum DriveReference {
  static func written(_ ref: String) -> String {
    let steps = ref.split(separator: "/")
    return steps.enumerated().reduce(into: "") { written, step in
      let needsPosition = step.offset > 0 && !step.element.hasSuffix("]")
      written += "/" + step.element + (needsPosition ? "[1]" : "")
    }
  }
}

extension NodeState {
  fileprivate var driveType: String {
    guard case .question = kind else { return "NULL" }
    return switch type {
    case .text: "TEXT"
    case .integer: "INTEGER"
    case .decimal: "DECIMAL"
    case .boolean: "BOOLEAN"
    case .date: "DATE"
    case .time: "TIME"
    case .dateTime: "DATE_TIME"
    case .choice: "CHOICE"
    case .choices: "MULTIPLE_ITEMS"
    case .geopoint: "GEOPOINT"
    case .geotrace: "GEOTRACE"
    case .geoshape: "GEOSHAPE"
    case .barcode: "BARCODE"
    case .binary: "BINARY"
    case .untyped: "NULL"
    case .unknown: "UNSUPPORTED"
    }
  }
}

extension Question {
  /// One step of `events`.
  var driveEvent: FieldValue {
    var members: [String: FieldValue] = [
      "ev": .text(kind.driveName), "ref": .text(DriveReference.written(ref)),
      "relevant": .bool(isRelevant),
    ]
    guard case .question = kind else { return .object(members) }
    members["label"] = .words(hasLabel ? label : nil)
    members["hint"] = .words(hint)
    members["required"] = .bool(isRequired)
    members["readonly"] = .bool(isReadonly)
    members["constraintMsg"] = .words(constraintMessage)
    members["appearance"] = .words(appearance.isEmpty ? nil : appearance)
    return .object(members)
  }
}

extension Question.Kind {
  fileprivate var driveName: String {
    switch self {
    case .question: "question"
    case .group: "group"
    case .instance: "repeat"
    case .addInstance: "new-repeat"
    }
  }
}

extension ExpressionResult {
  /// The reply to `eval`; numbers that JSON does not know are null.
  var driveMembers: [String: FieldValue] {
    let (type, json): (FieldValue, FieldValue) =
      switch value {
      case .boolean(let flag): ("Boolean", .bool(flag))
      case .number(let number): ("Double", number.isFinite ? .decimal(number) : .null)
      case .string(let words): ("String", .text(words))
      case .date: ("Date", .null)
      case .nodes(let values): ("nodeset", .texts(values))
      }
    return ["type": type, "value": json, "string": .text(text)]
  }
}
