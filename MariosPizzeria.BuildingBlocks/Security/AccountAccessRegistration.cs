using System.Net;
using MariosPizzeria.BuildingBlocks.Clients;
using MariosPizzeria.ServiceDefaults.Clients;

namespace MariosPizzeria.BuildingBlocks.Security;

/// <summary>An account's access version, in Order's response at <c>/internal/accounts/{id}/access</c>.</summary>
/// <param name="Version">0 or more, or <see cref="AccountAccess.RevokedVersion"/>.</param>
public sealed record AccessResponse(long Version);

/// <summary>Queries Order for the access version of an account.</summary>
/// <param name="replicas">Tell whether Order has any replica.</param>
public sealed class AccountVersionsClient(HttpClient http, Replicas replicas) : IAccountVersions
{
    public async Task<long?> FindAsync(string accountId, CancellationToken cancellationToken)
    {
        if ((await replicas.FindAsync("order", cancellationToken)).Count == 0)
        {
            return null;
        }

        try
        {
            using var answer = await http.GetAsync($"internal/accounts/{Uri.EscapeDataString(accountId)}/access", cancellationToken);
            if (answer.StatusCode == HttpStatusCode.NotFound)
            {
                return null; // Order still runs the previous release (rolling update), which cannot withdraw access
            }

            answer.EnsureSuccessStatusCode();
            return (await answer.Content.ReadFromJsonAsync<AccessResponse>(PizzeriaJson.Options, cancellationToken))!.Version;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException)
        {
            throw new ServiceUnavailableException("order", e);
        }
    }
}

/// <summary>Registers the check that access to an account was not withdrawn.</summary>
public static class AccountAccessRegistration
{
    /// <summary>For a process that does not have the accounts itself: it queries Order.</summary>
    public static WebApplicationBuilder AddAccountAccess(this WebApplicationBuilder builder)
    {
        builder.AddServiceClient<AccountVersionsClient>("order");
        builder.Services.AddTransient<IAccountVersions>(provider => provider.GetRequiredService<AccountVersionsClient>());
        builder.Services.AddSingleton<AccountAccess>();
        return builder;
    }
}
