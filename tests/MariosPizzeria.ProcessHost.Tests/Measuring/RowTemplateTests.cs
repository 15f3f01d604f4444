using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Measuring;

namespace MariosPizzeria.ProcessHost.Tests.Measuring;

public sealed class RowTemplateTests
{
    private const string Order = "1ba8fba09976784f75118cfe8c85b426";
    private const string Customer = "fe18766a940ed8531e4d8b464bb8af00";
    private const string Chef = "22ae573b341f6bb39b5da0d2236ba40d";

    private static readonly string EventId = Guid.CreateVersion7(DateTimeOffset.UtcNow).ToString();

    private readonly OrderReplacements _texts = new([Customer, "Zeno", "zeno"])
    {
        Kept = new HashSet<string>(StringComparer.Ordinal) { Chef },
    };

    [Fact]
    public void Ids_are_others_in_each_copy_and_the_same_in_all_rows_of_a_copy()
    {
        var stored = new RowTemplate($"{Order}\t{{\"chef\": \"{Chef}\"}}\t{EventId}", _texts);
        var inbox = new RowTemplate($"orders\t{Order}\t{EventId.Replace("-", "", StringComparison.Ordinal)}", _texts);

        var first = Copy(stored, number: 1).Split('\t');
        var second = Copy(stored, number: 2).Split('\t');
        var received = Copy(inbox, number: 1).Split('\t');

        first[0].ShouldNotBeOneOf(Order, second[0]);
        first[0].ShouldMatch("^[0-9a-f]{32}$");
        first[1].ShouldContain(Chef);
        Guid.TryParseExact(first[2], "D", out _).ShouldBeTrue(first[2]);
        received.ShouldBe(["orders", first[0], first[2].Replace("-", "", StringComparison.Ordinal)]);
    }

    [Fact]
    public void A_hash_that_orders_with_the_same_body_share_stays_and_is_no_id_of_an_order()
    {
        const string Hash = "07b06d636a55d8a0551ad40ceb4b22e46a5f5397a132f32b82bb213b217e3924";
        var row = new RowTemplate($"{{\"bodyHash\": \"{Hash}\"}}", _texts);

        Copy(row).ShouldBe($"{{\"bodyHash\": \"{Hash}\"}}");
        Regex
            .Matches($"{Hash} {Order}", RowTemplate.Id, RegexOptions.ExplicitCapture, Timeout.InfiniteTimeSpan)
            .Select(match => match.Value)
            .ShouldBe([Order]);
    }

    [Fact]
    public void Times_move_together_in_every_form_in_which_they_are_stored()
    {
        var row = new RowTemplate("2026-11-29T19:49:22.68677+00:00\t2026-11-29T19:49:22.6867700Z\t2026-11-29 23:59:59+00\t2026-11", _texts);

        Copy(row, shift: TimeSpan.FromHours(-24))
            .ShouldBe("2026-11-28T19:49:22.68677+00:00\t2026-11-28T19:49:22.6867700Z\t2026-11-28 23:59:59+00\t2026-11");
    }

    [Fact]
    public void An_id_that_begins_with_its_time_moves_with_the_times()
    {
        var at = DateTimeOffset.UtcNow;
        var row = new RowTemplate(Guid.CreateVersion7(at).ToString(), _texts);

        var copy = Copy(row, shift: TimeSpan.FromDays(-100));

        copy[..13].ShouldBe(Guid.CreateVersion7(at.AddDays(-100)).ToString()[..13]);
    }

    [Fact]
    public void The_number_within_the_day_is_another_in_each_copy()
    {
        var row = new RowTemplate("2026-11-29#000000047\t{\"day\": \"2026-11-29\", \"number\": 47}", _texts);

        Copy(row, number: 1).ShouldBe("2026-11-29#100000001\t{\"day\": \"2026-11-29\", \"number\": 47}");
        Copy(row, number: 2).ShouldStartWith("2026-11-29#100000002\t");
    }

    [Fact]
    public void Who_ordered_is_another_and_everything_else_stays()
    {
        var row = new RowTemplate($"\\N\t{{\"id\": \"{Customer}\", \"name\": \"Zeno\", \"note\": \"a\\\\nb\"}}\tzeno", _texts);

        Copy(row, "other", "Ada", "ada").ShouldBe("\\N\t{\"id\": \"other\", \"name\": \"Ada\", \"note\": \"a\\\\nb\"}\tada");
    }

    private static string Copy(RowTemplate row, params string[] texts) => Copy(row, number: 1, TimeSpan.Zero, texts);

    private static string Copy(RowTemplate row, int number = 1, TimeSpan shift = default, params string[] texts)
    {
        var output = new ArrayBufferWriter<byte>();
        row.Write(output, new(number, shift, [.. texts.Select(Encoding.UTF8.GetBytes)]));
        return Encoding.UTF8.GetString(output.WrittenSpan).TrimEnd('\n');
    }
}
