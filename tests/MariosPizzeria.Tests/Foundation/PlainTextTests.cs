using MariosPizzeria.BuildingBlocks.Http;

namespace MariosPizzeria.Tests.Foundation;

public sealed class PlainTextTests
{
    public static TheoryData<string> Forbidden =>
        [
            .. Enumerable
                .Range(0, 0x20)
                .Where(code => code is not ('\r' or '\n'))
                .Concat(Enumerable.Range(0x7F, 0x21))
                .Concat(Enumerable.Range(0x202A, 5))
                .Concat(Enumerable.Range(0x2066, 4))
                .Select(code => ((char)code).ToString()),
        ];

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void Control_characters_and_those_that_turn_text_around_are_in_no_text(string character)
    {
        PlainText.IsLine($"Ada{character}Lovelace", 100).ShouldBeFalse();
        PlainText.IsText($"Ada{character}Lovelace", 100).ShouldBeFalse();
        PlainText.IsTextOrNothing($"Ada{character}Lovelace", 100).ShouldBeFalse();
        PlainText.IsTextOrNothing(character, 100).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\u200B\u200B")] // zero width space
    [InlineData("\u200C\u200D\u200E\u200F")]
    [InlineData("\uFEFF")]
    [InlineData("\u00AD\u2060 \u00A0\u3000")]
    [InlineData("\u3164\u115F\u1160\uFFA0")] // Hangul fillers
    [InlineData("\u2800\u2800")] // Braille without a dot
    [InlineData("\uFE0F\u0301\u20DD")] // combining marks without a base character
    [InlineData("\r\n\u2028")]
    [InlineData("\U000E0041")] // a tag character
    public void Text_in_which_nothing_can_be_seen_is_none(string text)
    {
        PlainText.IsLine(text, 100).ShouldBeFalse();
        PlainText.IsText(text, 100).ShouldBeFalse();
    }

    [Theory]
    [InlineData("Ada Lovelace")]
    [InlineData("می\u200Cخواهم")] // Persian, with a zero width non-joiner that belongs to the word
    [InlineData("محمد\u200F")]
    [InlineData("क्\u200Dष")]
    [InlineData("👩\u200D🍳")]
    [InlineData("李小龍")]
    [InlineData("e\u0301")]
    [InlineData("O'Neill-Müller 3.")]
    public void Names_of_all_scripts_are_names(string name) => PlainText.IsLine(name, 100).ShouldBeTrue();

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\u2028")]
    public void A_line_has_no_line_break_and_other_text_may_have_some(string lineBreak)
    {
        PlainText.IsLine($"1 Main St{lineBreak}Apt 2", 100).ShouldBeFalse();
        PlainText.IsText($"1 Main St{lineBreak}Apt 2", 100).ShouldBeTrue();
    }

    [Fact]
    public void What_may_be_left_out_may_be_blank()
    {
        PlainText.IsTextOrNothing(text: null, 5).ShouldBeTrue();
        PlainText.IsTextOrNothing("", 5).ShouldBeTrue();
        PlainText.IsTextOrNothing("  \n", 5).ShouldBeTrue();
        PlainText.IsTextOrNothing("\u200B", 5).ShouldBeFalse();
        PlainText.IsTextOrNothing("123456", 5).ShouldBeFalse();
        PlainText.IsTextOrNothing("      ", 5).ShouldBeFalse();
    }
}
