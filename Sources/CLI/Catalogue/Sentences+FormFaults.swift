// What is wrong with a form, for its author.

extension Sentence {
  /// A mistake and its place: a cell of a sheet, a line of an XForm (no sheet), or a
  /// line of a file beside the form (a sheet with a dot in its name).
  package static func formFault(
    _ file: String, sheet: String, row: Int, column: String, what: Sentence, detail: String
  ) -> Sentence {
    let place = place(sheet: sheet, row: row, column: column)
    let tail = detail.isEmpty ? "" : ": \(detail)"
    return Sentence(
      zh: place.zh.isEmpty
        ? "\(file)：\(what.zh)\(tail)" : "\(file)：\(place.zh)：\(what.zh)\(tail)",
      en: place.en.isEmpty
        ? "\(file): \(what.en)\(tail)" : "\(file): \(place.en): \(what.en)\(tail)")
  }

  /// The same of something that does no harm.
  package static func formWarning(_ fault: Sentence) -> Sentence {
    Sentence(zh: "注意：\(fault.zh)", en: "note: \(fault.en)")
  }

  private static func place(sheet: String, row: Int, column: String) -> (zh: String, en: String) {
    let isFile = sheet.contains(".")
    var zh = sheet.isEmpty ? "" : isFile ? "文件 \(sheet) " : "\(sheet) 表"
    var en = sheet.isEmpty ? "" : isFile ? "file \(sheet)" : "sheet \(sheet)"
    guard row > 0 else { return (zh, en) }
    zh += "第 \(row) 行" + (column.isEmpty ? "" : "“\(column)”" + (sheet.isEmpty ? "" : "列"))
    let unit = sheet.isEmpty || isFile ? "line" : "row"
    let what = sheet.isEmpty || isFile ? "" : "column "
    en +=
      (en.isEmpty ? "" : ", ") + "\(unit) \(row)"
      + (column.isEmpty ? "" : ", \(what)\"\(column)\"")
    return (zh, en)
  }

  /// What a form's fault means, by its code.
  package static func formFaultMeaning(_ code: String) -> Sentence {
    formFaults[code] ?? Sentence(zh: code, en: code)
  }

  private static let formFaults: [String: Sentence] = [
    "tooLarge": Sentence(zh: "超过上限", en: "beyond the limit"),
    "invalidUTF8": Sentence(zh: "不是 UTF-8 文本", en: "not UTF-8 text"),
    "unterminatedQuote": Sentence(zh: "引号没有结束", en: "a quote is not closed"),
    "textAfterQuote": Sentence(zh: "引号后面还有字", en: "text behind a closing quote"),
    "malformedXML": Sentence(zh: "不是合法的 XML", en: "not well-formed XML"),
    "doctype": Sentence(zh: "不接受 DOCTYPE", en: "a DOCTYPE is not taken"),
    "missingElement": Sentence(zh: "缺少元素或属性", en: "an element or attribute is missing"),
    "unknownElement": Sentence(zh: "没有这种元素", en: "no such element"),
    "unknownAttribute": Sentence(zh: "没有这种属性", en: "no such attribute"),
    "missingFile": Sentence(
      zh: "表单旁边没有这个文件", en: "there is no such file beside the form"),
    "unreadableFile": Sentence(zh: "文件读不出来", en: "the file cannot be read"),
    "invalidJSON": Sentence(zh: "不是合法的 JSON", en: "not valid JSON"),
    "invalidGeoJSON": Sentence(
      zh: "不是点、线、面的 GeoJSON", en: "not GeoJSON of points, lines or polygons"),
    "unknownSheet": Sentence(zh: "没有这种表", en: "no such sheet"),
    "unsupportedSheet": Sentence(zh: "不支持这种表", en: "a sheet that is not supported"),
    "missingSheet": Sentence(zh: "缺少表", en: "a sheet is missing"),
    "repeatedSheet": Sentence(zh: "表出现两次", en: "the sheet appears twice"),
    "missingHeader": Sentence(zh: "这一格没有列名", en: "the cell has no column heading"),
    "missingColumn": Sentence(zh: "缺少列", en: "a column is missing"),
    "unknownColumn": Sentence(zh: "没有这种列", en: "no such column"),
    "unsupportedColumn": Sentence(zh: "不支持这一列", en: "a column that is not supported"),
    "duplicateColumn": Sentence(zh: "列出现两次", en: "the column appears twice"),
    "unknownType": Sentence(zh: "没有这种题型", en: "no such type"),
    "unsupportedType": Sentence(zh: "不支持这种题型", en: "a type that is not supported"),
    "missingName": Sentence(zh: "缺少名称", en: "a name is missing"),
    "invalidName": Sentence(zh: "名称不合规则", en: "not a valid name"),
    "duplicateName": Sentence(zh: "名称重复", en: "the name is taken"),
    "missingCalculation": Sentence(zh: "缺少计算式", en: "a calculation is missing"),
    "unknownList": Sentence(zh: "没有这个选项表", en: "no such choice list"),
    "unknownParameter": Sentence(zh: "没有这种参数", en: "no such parameter"),
    "unmatchedBegin": Sentence(zh: "begin 没有对应的 end", en: "a begin without its end"),
    "unmatchedEnd": Sentence(zh: "end 没有对应的 begin", en: "an end without its begin"),
    "invalidValue": Sentence(zh: "值不合规则", en: "not a valid value"),
    "duplicateChoice": Sentence(zh: "选项重复", en: "the choice appears twice"),
    "spaceInChoiceName": Sentence(zh: "选项代码里有空格", en: "a blank in a choice's name"),
    "missingLabel": Sentence(zh: "缺少 label", en: "a label is missing"),
    "missingTrigger": Sentence(zh: "缺少 trigger", en: "a trigger is missing"),
    "missingParameter": Sentence(zh: "缺少参数", en: "a parameter is missing"),
    "deprecated": Sentence(zh: "旧写法，不再起作用", en: "an old way of writing that does nothing"),
    "syntax": Sentence(zh: "表达式写法有误", en: "the expression cannot be read"),
    "nestedTooDeeply": Sentence(zh: "嵌套太深", en: "nested too deeply"),
    "unknownFunction": Sentence(zh: "没有这个函数", en: "no such function"),
    "wrongArgumentCount": Sentence(zh: "函数的参数个数不对", en: "wrong number of arguments"),
    "wrongArgument": Sentence(zh: "函数的参数不对", en: "a wrong argument"),
    "unknownReference": Sentence(zh: "没有这个问题", en: "no such question"),
    "ambiguousReference": Sentence(zh: "有几个同名的问题", en: "several questions of that name"),
    "unsupportedPath": Sentence(zh: "不支持这种路径", en: "a path that is not supported"),
    "invalidPattern": Sentence(zh: "正则表达式有误", en: "not a valid pattern"),
    "cycle": Sentence(zh: "互相依赖，算不出来", en: "depends on itself"),
    "noEntities": Sentence(zh: "没有声明实体", en: "no entities are declared"),
    "unknownEntity": Sentence(zh: "没有这个实体", en: "no such entity"),
    "ambiguousEntity": Sentence(zh: "不知道存到哪个实体", en: "which entity is not clear"),
    "duplicateProperty": Sentence(zh: "属性重复", en: "the property is taken"),
    "reservedProperty": Sentence(zh: "属性名是保留字", en: "a reserved property"),
    "missingEntityLabel": Sentence(zh: "实体缺少 label", en: "the entity has no label"),
    "missingEntityID": Sentence(zh: "实体缺少 entity_id", en: "the entity has no entity_id"),
    "missingUpdateCondition": Sentence(zh: "缺少 update_if", en: "update_if is missing"),
    "scopeConflict": Sentence(zh: "实体的属性不在同一处", en: "the entity's properties stand apart"),
    "duplicateEntity": Sentence(zh: "实体重复", en: "the entity is declared twice"),
  ]
}
