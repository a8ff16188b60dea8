-- For wrk: posts the lines of a file in turn, and looks at every answer.
--
--   wrk … -s post.lua URL -- FILE TEXT      (TEXT: what each answer must contain)

local threads = {}


function setup(thread)
    table.insert(threads, thread)
end


function init(args)
    requests = {}
    wanted = args[2]
    n = 0
    wrong = 0
    right = 0
    example = ""

    for line in io.lines(args[1]) do
        table.insert(requests, wrk.format("POST", nil,
            {["Content-Type"] = "application/json"}, line))
    end
end


function request()
    n = n + 1
    return requests[n % #requests + 1]
end


function response(status, headers, body)
    if status == 200 and string.find(body, wanted, 1, true) then
        right = right + 1

    else
        wrong = wrong + 1
        example = status .. " "
            .. (string.match(body, '"error_message":"[^"]*"')
                or string.sub(body, 1, 400))
    end
end


function done(summary, latency)
    local right, wrong, example = 0, 0, ""
    local e = summary.errors

    for _, thread in ipairs(threads) do
        right = right + thread:get("right")
        wrong = wrong + thread:get("wrong")

        if thread:get("example") ~= "" then
            example = thread:get("example")
        end
    end

    print(string.format("RESULT %d %d %d %d %d %d %d %d %.3f %.3f",
        summary.requests, summary.duration, right, wrong,
        e.connect, e.read, e.write + e.status, e.timeout,
        latency:percentile(50), latency:percentile(99)))
    print("WRONG " .. example)
end
