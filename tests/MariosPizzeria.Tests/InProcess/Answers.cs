using System.Net.Http.Json;
using System.Text.Json;
using MariosPizzeria.Contracts;

namespace MariosPizzeria.Tests.InProcess;

internal static class Answers
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    /// <summary>Checks the status of the response and returns its JSON.</summary>
    public static async Task<JsonElement> JsonAsync(this Task<HttpResponseMessage> sending, int status = 200)
    {
        using var response = await sending;
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>Checks everything that the contract requires of a problem document, and returns the document.</summary>
    public static async Task<JsonElement> ProblemAsync(this Task<HttpResponseMessage> sending, int status, string slug)
    {
        using var response = await sending;
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        problem.GetProperty("type").GetString().ShouldBe($"/problems/{slug}");
        problem.GetProperty("status").GetInt32().ShouldBe(status);
        problem.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
        return problem;
    }

    public static Task<HttpResponseMessage> PostAsync<T>(this HttpClient client, string path, T body) =>
        client.PostAsJsonAsync(path, body, PizzeriaJson.Options);

    public static Task<HttpResponseMessage> PostAsync(this HttpClient client, string path) =>
        client.PostAsync(new Uri(path, UriKind.Relative), content: null);

    public static Task<HttpResponseMessage> PutAsync<T>(this HttpClient client, string path, T body) =>
        client.PutAsJsonAsync(path, body, PizzeriaJson.Options);

    public static Task<HttpResponseMessage> ReadAsync(this HttpClient client, string path) =>
        client.GetAsync(new Uri(path, UriKind.Relative));

    /// <summary>Polls until a condition holds.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> holds, string what)
    {
        var until = DateTime.UtcNow + Deadline;
        while (!await holds())
        {
            (DateTime.UtcNow < until).ShouldBeTrue($"not within {Deadline.TotalSeconds} s: {what}");
            await Task.Delay(20);
        }
    }
}
