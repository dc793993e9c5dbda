import Platform

/// Where the characters of a text lie, in the text and in its normal form by `i;unicode-casemap`, which may have more
/// octets or fewer.
struct CharacterMap {
    /// Where each character begins, and behind them the end.
    private var inText: [Int32] = []
    private var inNormal: [Int32] = []

    /// Nil where the two do not belong together, or are too long for the map.
    init?(text: [UInt8], normal: [UInt8]) {
        guard text.count < Int(Int32.max) / 16, normal.count < Int(Int32.max) / 16 else { return nil }
        // Text that is not UTF-8 is its own normal form, octet by octet.
        let isText = text.isUTF8
        var place = 0
        var mapped = 0
        while place < text.count {
            inText.append(Int32(place))
            inNormal.append(Int32(mapped))
            var end = place + 1
            if isText, text[place] >= 0x80 {
                while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
                mapped += unicodeCasemap([UInt8](text[place..<end])).count
            } else {
                mapped += 1
            }
            place = end
        }
        guard mapped == normal.count else { return nil }
        inText.append(Int32(place))
        inNormal.append(Int32(mapped))
    }

    /// The end of the character that begins at this octet of the normal form; nil if none begins there.
    func endOfCharacter(at place: Int) -> Int? {
        let index = indexOfCharacter(holding: place)
        guard index + 1 < inNormal.count, Int(inNormal[index]) == place else { return nil }
        return Int(inNormal[index + 1])
    }

    /// The beginning of the character that ends at this octet of the normal form; nil if none ends there.
    func startOfCharacter(endingAt place: Int) -> Int? {
        let index = indexOfCharacter(holding: place)
        guard index > 0, Int(inNormal[index]) == place else { return nil }
        return Int(inNormal[index - 1])
    }

    /// The characters that lie in this range of the normal form as a whole, as a range of the text.
    func textRange(_ range: Range<Int>) -> Range<Int> {
        let first = indexOfCharacter(holding: range.lowerBound)
        let start = Int(inNormal[first]) == range.lowerBound ? first : min(first + 1, inText.count - 1)
        let end = indexOfCharacter(holding: range.upperBound)
        return Int(inText[start])..<Int(max(inText[start], inText[end]))
    }

    /// The last character that begins at or before this octet of the normal form.
    private func indexOfCharacter(holding place: Int) -> Int {
        var low = 0
        var high = inNormal.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if Int(inNormal[middle]) <= place { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
