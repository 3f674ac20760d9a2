using System.Globalization;
using Microsoft.AspNetCore.Http;
using Plomba.Images;
using Plomba.Registry.Blobs;

namespace Plomba.Registry.Api;

/// <summary>
/// <c>/v2/NAME/blobs/uploads/</c>: in one request, in chunks, or by mounting what another repository has (OCI distribution spec, "Push").
/// All state is in the path of Location, because clients drop its query; Location is relative, so no Host header can bend it.
/// </summary>
internal static class UploadEndpoint
{
    /// <summary>POST: mounts, takes the whole blob, or begins an upload.</summary>
    public static async ValueTask<ApiError?> BeginAsync(Call call)
    {
        if (call.Query("mount") is { } mount)
        {
            if (!Digest.TryParse(mount, out var wanted))
                return ApiError.DigestInvalid.About(mount);
            if (await BlobMount.TryMountAsync(call, wanted))
                return Created(call, wanted);
        }

        if (call.Query("digest") is { } text)
            return Digest.TryParse(text, out var digest) ? await WholeAsync(call, digest) : ApiError.DigestInvalid.About(text);
        await using var upload = await call.Blobs.BeginAsync(Owner(call), cancellation: call.Aborted);
        Progress(call, upload.Id, upload.Length);
        call.Answer(StatusCodes.Status202Accepted);
        return null;
    }

    /// <summary>PATCH: appends a chunk, which must begin where the upload ends.</summary>
    public static ValueTask<ApiError?> AppendAsync(Call call) => WithUploadAsync(call, async upload =>
    {
        if (await TakeBodyAsync(call, upload) is { } error)
            return error;
        Progress(call, upload.Id, upload.Length);
        call.Answer(StatusCodes.Status202Accepted);
        return null;
    });

    /// <summary>PUT: appends what is left, checks the digest, and makes the blob part of the repository.</summary>
    public static async ValueTask<ApiError?> CompleteAsync(Call call)
    {
        var text = call.Query("digest");
        if (text is null)
            return ApiError.UploadWithoutDigest;
        if (!Digest.TryParse(text, out var digest))
            return ApiError.DigestInvalid.About(text);
        return await WithUploadAsync(call, async upload =>
            await TakeBodyAsync(call, upload) ?? await CommitAsync(call, upload, digest));
    }

    /// <summary>GET: how far it is.</summary>
    public static ValueTask<ApiError?> StatusAsync(Call call) => WithUploadAsync(call, upload =>
    {
        Progress(call, upload.Id, upload.Length);
        call.Answer(StatusCodes.Status204NoContent);
        return ValueTask.FromResult<ApiError?>(null);
    });

    /// <summary>DELETE: throws it away.</summary>
    public static ValueTask<ApiError?> CancelAsync(Call call) => WithUploadAsync(call, async upload =>
    {
        await upload.CancelAsync();
        call.Answer(StatusCodes.Status204NoContent);
        return null;
    });

    private static ValueTask<ApiError?> WholeAsync(Call call, Digest digest) => UploadLimit.RunAsync(call, async call =>
    {
        await using var upload = await call.Blobs.BeginAsync(Owner(call), digest, call.Aborted);
        try
        {
            await upload.AppendAsync(call.Http.Request.Body, cancellation: call.Aborted);
        }
        catch
        {
            // The client was never told of the upload, so nobody can go on with it.
            await upload.CancelAsync();
            throw;
        }

        return await CommitAsync(call, upload, digest);
    });

    private static ValueTask<ApiError?> TakeBodyAsync(Call call, IUpload upload) => UploadLimit.RunAsync(call, async call =>
    {
        long? maximum = null;
        if (call.Http.Request.Headers.ContentRange is [{ } text])
        {
            if (!ChunkRange.TryParse(text, out var range) || (call.Http.Request.ContentLength is { } length && length != range.Count))
                return ApiError.UploadRangeInvalid.About(text);
            if (range.First != upload.Length)
            {
                Progress(call, upload.Id, upload.Length);
                return ApiError.UploadOutOfOrder.About(text);
            }

            maximum = range.Count;
        }

        var result = await upload.AppendAsync(call.Http.Request.Body, maximum, call.Aborted);
        return result.LimitReached || (maximum is { } announced && result.Appended != announced) ? ApiError.UploadRangeInvalid : null;
    });

    private static async ValueTask<ApiError?> CommitAsync(Call call, IUpload upload, Digest digest)
    {
        switch (await upload.CommitAsync(digest, call.Aborted))
        {
            case CommitResult.DigestMismatch mismatch:
                return ApiError.DigestMismatch.About($"sent as {digest}, is {mismatch.Actual}");
            case CommitResult.Committed committed:
                await call.Catalog.LinkBlobAsync(call.Repository, digest, committed.Size, call.Actor, call.Aborted);
                break;
        }

        return Created(call, digest);
    }

    private static async ValueTask<ApiError?> WithUploadAsync(Call call, Func<IUpload, ValueTask<ApiError?>> work)
    {
        switch (await call.Blobs.ResumeAsync(call.Route.Upload, Owner(call), call.Aborted))
        {
            case UploadOpening.Opened opened:
                await using (opened.Upload)
                    return await work(opened.Upload);
            case UploadOpening.Busy:
                return ApiError.UploadBusy;
            default:
                return ApiError.UploadUnknown;
        }
    }

    private static UploadOwner Owner(Call call) => new(call.Caller.Account, call.Repository);

    private static ApiError? Created(Call call, Digest digest)
    {
        call.Http.Response.Headers.Location = $"/v2/{call.Repository}/blobs/{digest}";
        call.Http.Response.Headers["Docker-Content-Digest"] = digest.Text;
        call.Answer(StatusCodes.Status201Created);
        return null;
    }

    private static void Progress(Call call, UploadId id, long length)
    {
        var headers = call.Http.Response.Headers;
        headers.Location = $"/v2/{call.Repository}/blobs/uploads/{id}";
        // Nothing and one byte are both 0-0: clients expect a range even of nothing.
        headers.Range = string.Create(CultureInfo.InvariantCulture, $"0-{Math.Max(0, length - 1)}");
        headers["Docker-Upload-UUID"] = id.Text;
    }
}
