# Runs a command in a mount namespace of its own as `docker run` would: as user 1000, without what $read_only, $volume,
# $tmpfs, $no_capabilities and $no_new_privileges do not leave it. Only root can do this.
set -eu

if [ -n "$volume" ]; then mount --bind "$volume" "$volume"; fi
if [ -n "$tmpfs" ]; then mount -t tmpfs -o mode=1777 tmpfs "$tmpfs"; fi
if [ -n "$read_only" ]; then
  while read -r _ point _; do
    case $point in
      "$volume" | "$tmpfs") ;;
      # Mounts that this process cannot change stay as they are. They are not the program's.
      *) mount -o remount,bind,ro "$point" 2> /dev/null || true ;;
    esac
  done < /proc/self/mounts
fi

chosen='--reuid 1000 --regid 1000 --clear-groups'
if [ -n "$no_capabilities" ]; then chosen="$chosen --bounding-set=-all --inh-caps=-all"; fi
if [ -n "$no_new_privileges" ]; then chosen="$chosen --no-new-privs"; fi
exec setpriv $chosen "$@"
