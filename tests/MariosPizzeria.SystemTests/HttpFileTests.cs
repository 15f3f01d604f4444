using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MariosPizzeria.SystemTests;

/// <summary>The repository's <c>.http</c> file takes an order from the menu to the door; all of its requests must work.</summary>
[Collection(SystemCollection.Name)]
public sealed partial class HttpFileTests(PizzeriaSystem system)
{
    [Fact]
    public async Task The_http_file_brings_an_order_to_the_door()
    {
        await system.UntilReadyAsync();
        var text = await File.ReadAllTextAsync(Path.Combine(PizzeriaSystem.Root, "docs", "marios-pizzeria.http"));
        var steps = text.Split("### ", StringSplitOptions.RemoveEmptyEntries)[1..];
        var answers = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        using var client = new HttpClient();

        foreach (var step in steps)
        {
            await RunAsync(client, step, answers);
        }

        steps.Length.ShouldBeGreaterThan(15);
        answers.Keys.ShouldBe(["customer", "order", "chef", "driver", "manager"], ignoreOrder: true);
    }

    private async Task RunAsync(HttpClient client, string step, Dictionary<string, JsonElement> answers)
    {
        var lines = Resolve(step, answers).Split('\n');
        var name = lines.FirstOrDefault(line => line.StartsWith("# @name ", StringComparison.Ordinal))?["# @name ".Length..].Trim();
        var until = lines.FirstOrDefault(line => line.StartsWith("# until ", StringComparison.Ordinal))?["# until ".Length..].Trim() ?? "";
        var request = lines.Skip(1).SkipWhile(line => line.StartsWith('#')).ToList();
        var headers = request.Skip(1).TakeWhile(line => line.Length > 0).Select(line => line.Split(": ", 2)).ToList();
        var body = string.Join('\n', request.Skip(1 + headers.Count)).Trim();

        string answer = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                using var message = new HttpRequestMessage(new HttpMethod(request[0].Split(' ')[0]), request[0].Split(' ')[1]);
                if (body.Length > 0)
                {
                    message.Content = new StringContent(body, Encoding.UTF8, "application/json");
                }

                foreach (var header in headers.Where(header => header[0] != "Content-Type"))
                {
                    message.Headers.Add(header[0], header[1]);
                }

                using var response = await client.SendAsync(message);
                answer = await response.Content.ReadAsStringAsync();
                if (until.Length > 0 && response.StatusCode == HttpStatusCode.NotFound)
                {
                    return false;
                }

                response.IsSuccessStatusCode.ShouldBeTrue($"{lines[0]}: {(int)response.StatusCode} {answer}");
                return answer.Contains(until, StringComparison.Ordinal);
            },
            $"{lines[0]}: {until}"
        );
        if (name is not null)
        {
            answers[name] = JsonSerializer.Deserialize<JsonElement>(answer);
        }
    }

    private string Resolve(string step, Dictionary<string, JsonElement> answers) =>
        Placeholder()
            .Replace(
                step,
                match =>
                    match.Groups["name"].Value switch
                    {
                        "host" => system.Address.ToString().TrimEnd('/'),
                        "$guid" => Guid.NewGuid().ToString(),
                        var name => answers[name].GetProperty(match.Groups["field"].Value).GetString()!,
                    }
            );

    [GeneratedRegex(@"\{\{(?<name>[$\w]+)(\.response\.body\.\$\.(?<field>\w+))?\}\}", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Placeholder();
}
