// What can be chosen: items that stand in the question, or an itemset.

extension XFormReader {
  mutating func readChoices(_ element: XMLElement, of control: Int) {
    let itemsets = element.elements.filter { $0.name.local == "itemset" }
    var items: [FormSource.Item] = []
    for case .element(let item) in element.children where item.name.local == "item" {
      if let item = readItem(item) { items.append(item) }
    }
    if let itemset = itemsets.first {
      if itemsets.count > 1 || !items.isEmpty { fault(itemset, .duplicateName, "itemset") }
      source.controls[control].itemset = readItemset(itemset)
    } else if items.isEmpty {
      fault(element, .missingElement, "item")
    }
    source.controls[control].items = items
  }

  private mutating func readItem(_ element: XMLElement) -> FormSource.Item? {
    var label = FormSource.Text()
    var value = ""
    for case .element(let child) in element.children {
      switch child.name.local {
      case "label": label = text(child)
      case "value": value = Self.trimmed(child.text)
      default: warn(child, .unknownElement, child.name.written)
      }
    }
    guard !value.isEmpty else {
      fault(element, .missingElement, "value")
      return nil
    }
    if element.first("label") == nil { fault(element, .missingElement, "label") }
    return FormSource.Item(value: value, label: label)
  }

  private mutating func readItemset(_ element: XMLElement) -> FormSource.Itemset? {
    guard let nodeset = cell(element, "nodeset") else {
      fault(element, .missingElement, "nodeset")
      return nil
    }
    if let copy = element.first("copy") { fault(copy, .unknownElement, "copy") }
    guard let value = element.first("value"), let valueRef = cell(value, "ref") else {
      fault(element, .missingElement, "value")
      return nil
    }
    guard let label = element.first("label"), let labelRef = cell(label, "ref") else {
      fault(element, .missingElement, "label")
      return nil
    }
    return FormSource.Itemset(nodeset: nodeset, value: valueRef, label: labelRef)
  }
}
