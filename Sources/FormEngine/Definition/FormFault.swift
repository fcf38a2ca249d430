// What is wrong with a form, and where its author finds it. A form with any
// fault is not loaded at all: a worker never meets half a form.

/// One mistake in an authored form, with the cell it stands in.
public struct FormFault: Error, Sendable, Equatable {
  /// What kind of mistake it is; the words for people live in the caller's catalogue.
  public enum Code: String, Sendable, Equatable, CaseIterable {
    // The file.
    case tooLarge, invalidUTF8, unterminatedQuote, textAfterQuote
    // XML, and the files beside a form.
    case malformedXML, doctype, missingElement, unknownElement, unknownAttribute
    case missingFile, unreadableFile, invalidJSON, invalidGeoJSON
    // Sheets and columns.
    case unknownSheet, unsupportedSheet, missingSheet, repeatedSheet, missingHeader
    case missingColumn, unknownColumn, unsupportedColumn, duplicateColumn
    // Rows.
    case unknownType, unsupportedType, missingName, invalidName, duplicateName, missingCalculation
    case unknownList, unknownParameter, unmatchedBegin, unmatchedEnd, invalidValue
    case duplicateChoice, spaceInChoiceName
    case missingLabel, missingTrigger, missingParameter, deprecated
    // Expressions.
    case syntax, nestedTooDeeply, unknownFunction, wrongArgumentCount
    case wrongArgument, unknownReference, ambiguousReference, unsupportedPath, invalidPattern, cycle
    // Entities.
    case noEntities, unknownEntity, ambiguousEntity, duplicateProperty, reservedProperty
    case missingEntityLabel, missingEntityID, missingUpdateCondition, scopeConflict
    case duplicateEntity
  }

  /// The sheet, such as `survey`; empty when the fault is of the file itself.
  public let sheet: String
  /// The line of the file the row begins on, counted from 1; 0 when no row is meant.
  public let row: Int
  /// The column's heading as the author wrote it; empty when no column is meant.
  public let column: String
  /// What kind of mistake it is.
  public let code: Code
  /// The offending word, name, or piece of expression.
  public let detail: String

  /// Makes a fault.
  public init(sheet: String, row: Int, column: String, code: Code, detail: String) {
    self.sheet = sheet
    self.row = row
    self.column = column
    self.code = code
    self.detail = detail
  }
}

/// Everything that was found wrong with a form, in the order of the file.
public struct FormFaults: Error, Sendable, Equatable {
  /// At least one fault, at most `limit`.
  public let faults: [FormFault]

  /// How many faults are collected before reading stops.
  public static let limit = 100

  /// Makes a report of what is wrong.
  public init(_ faults: [FormFault]) {
    self.faults = Array(faults.prefix(Self.limit))
  }
}

/// Where a piece of an authored form stands.
struct SourceLocation: Sendable, Equatable {
  var sheet: String
  var row: Int
  var column: String

  func fault(_ code: FormFault.Code, _ detail: String) -> FormFault {
    FormFault(sheet: sheet, row: row, column: column, code: code, detail: detail)
  }
}
