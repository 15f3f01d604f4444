using System.Net.Http.Json;
using System.Text.Json;
using MariosPizzeria.ServiceDefaults;

namespace MariosPizzeria.Tests.InProcess;

internal static class Answers
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    /// <summary>The answer's JSON, once its status is as expected.</summary>
    public static async Task<JsonElement> Json(this Task<HttpResponseMessage> sending, int status = 200)
    {
        using var response = await sending;
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>The problem document, once it is one, with all that the contract says of it.</summary>
    public static async Task<JsonElement> Problem(this Task<HttpResponseMessage> sending, int status, string slug)
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

    public static Task<HttpResponseMessage> Post<T>(this HttpClient client, string path, T body) =>
        client.PostAsJsonAsync(path, body, PizzeriaJson.Options);

    public static Task<HttpResponseMessage> Post(this HttpClient client, string path) =>
        client.PostAsync(new Uri(path, UriKind.Relative), content: null);

    public static Task<HttpResponseMessage> Put<T>(this HttpClient client, string path, T body) =>
        client.PutAsJsonAsync(path, body, PizzeriaJson.Options);

    public static Task<HttpResponseMessage> Read(this HttpClient client, string path) => client.GetAsync(new Uri(path, UriKind.Relative));

    /// <summary>Looks until it holds.</summary>
    public static async Task Eventually(Func<Task<bool>> holds, string what)
    {
        var until = DateTime.UtcNow + Deadline;
        while (!await holds())
        {
            (DateTime.UtcNow < until).ShouldBeTrue($"not within {Deadline.TotalSeconds} s: {what}");
            await Task.Delay(20);
        }
    }
}
